/** `npm run soak`: whether memory stays flat and nothing is lost over a long run. `-- --help` for the options. */
import { resolve } from 'node:path';
import { parseSoakOptions, USAGE } from '../bench/soak/options.ts';
import { runSoak } from '../bench/soak/run-soak.ts';
import { faultsOf, renderSoak } from '../bench/soak/table.ts';
import { OptionError } from '../bench/values.ts';
import { ensureBrowser } from '../browsers/install.ts';
import { writeJson } from '../json-file.ts';
import { buildExtension, distOf, TARGET_OF } from './extension-build.ts';

async function main(): Promise<number> {
  const options = parseSoakOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const say = (line: string) => console.error(line);
  ensureBrowser(options.browser, say);
  const target = TARGET_OF[options.browser];
  if (options.extension === null) await buildExtension(target);
  const result = await runSoak({ ...options, extensionDir: resolve(options.extension ?? distOf(target)), say });
  const faults = faultsOf(result);
  console.log(renderSoak(result));
  for (const fault of faults) console.log(`FAULT  ${fault}`);
  writeJson(options.json, result);
  return faults.length === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof OptionError ? error.message : error);
  return 2;
});
