/** `npm run bench`: what the extension costs a page. See docs/performance.md, and `-- --help` for the options. */
import { resolve } from 'node:path';
import { parseOptions, USAGE } from '../bench/options.ts';
import { runCommand } from '../bench/run-command.ts';
import { renderReport } from '../bench/table.ts';
import { OptionError } from '../bench/values.ts';
import { ensureBrowser } from '../browsers/install.ts';
import { writeJson } from '../json-file.ts';
import { buildExtension, distOf, TARGET_OF } from './extension-build.ts';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const say = (line: string) => console.error(line);
  ensureBrowser(options.browser, say);
  const target = TARGET_OF[options.browser];
  if (options.extension === null) await buildExtension(target);
  const report = await runCommand({ ...options, extensionDir: resolve(options.extension ?? distOf(target)) }, say);
  console.log(renderReport(report));
  writeJson(options.json, report);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof OptionError ? error.message : error);
  return 2;
});
