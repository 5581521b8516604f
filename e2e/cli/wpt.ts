/** `npm run wpt -- --wpt DIR`: the web-platform-tests, natively against hooked. See e2e/wpt/README.md. */
import { OptionError, parseOptions, USAGE } from '../wpt/options.ts';
import { runWpt } from '../wpt/run-wpt.ts';
import { buildExtension, distOf } from './extension-build.ts';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  return runWpt(options, {
    log: (line) => console.error(line),
    print: (line) => console.log(line),
    async build() {
      await buildExtension('chrome');
      return distOf('chrome');
    },
  });
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof OptionError ? error.message : error);
  return 2;
});
