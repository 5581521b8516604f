/** `npm run bench:panel`: how fast the panel is. See docs/performance.md, and `-- --help` for the options. */
import { resolve } from 'node:path';
import { PANEL_USAGE, parsePanelOptions } from '../bench/panel/options.ts';
import { renderPanelReport } from '../bench/panel/report.ts';
import { runPanelBench } from '../bench/panel/run-panel-bench.ts';
import { OptionError } from '../bench/values.ts';
import { ensureBrowser } from '../browsers/install.ts';
import { writeJson } from '../json-file.ts';
import { buildExtension, distOf } from './extension-build.ts';

async function main(): Promise<number> {
  const options = parsePanelOptions(process.argv.slice(2));
  if (options.help) {
    console.log(PANEL_USAGE);
    return 0;
  }
  const say = (line: string) => console.error(line);
  ensureBrowser('chromium', say);
  if (options.extension === null) await buildExtension('chrome');
  const bench = await runPanelBench({ ...options, extensionDir: resolve(options.extension ?? distOf('chrome')) }, say);
  console.log(renderPanelReport(bench.report));
  writeJson(options.json, bench);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof OptionError ? error.message : error);
  return 2;
});
