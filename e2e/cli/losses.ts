/** `npm run losses`: whether every frame is stored once, whatever happens. `-- --help` for the options. */
import { ensureBrowser } from '../browsers/install.ts';
import { writeJson } from '../json-file.ts';
import { NOTHING } from '../losses/audit.ts';
import { outcomeOf } from '../losses/context.ts';
import { OptionError, parseLossOptions, USAGE } from '../losses/options.ts';
import { type CaseResult, renderLosses } from '../losses/report.ts';
import { runCase } from '../losses/run-losses.ts';
import { buildExtension, distOf, TARGET_OF } from './extension-build.ts';

async function main(): Promise<number> {
  const { help, browsers, cases, isLong, headless, json } = parseLossOptions(process.argv.slice(2));
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const say = (line: string) => console.error(line);
  const results: CaseResult[] = [];
  for (const browser of browsers) {
    ensureBrowser(browser, say);
    await buildExtension(TARGET_OF[browser]);
    for (const { id, title, notIn, run } of cases) {
      const why = notIn?.[browser] ?? null;
      const startedMs = performance.now();
      const outcome =
        why === null
          ? await runCase(
              { id, title, run },
              { browser, extensionDir: distOf(TARGET_OF[browser]), isLong, headless },
            ).catch((error: unknown) =>
              outcomeOf(NOTHING, { faults: [error instanceof Error ? (error.stack ?? '') : String(error)] }),
            )
          : null;
      const seconds = (performance.now() - startedMs) / 1_000;
      say(`${browser} ${id}: ${outcome ? `${seconds.toFixed(0)} s ${outcome.faults.join(', ')}` : why}`);
      results.push({ browser, id, title, outcome, why, seconds });
    }
  }
  console.log(renderLosses(results));
  writeJson(json, results);
  return results.some(({ outcome }) => (outcome?.faults.length ?? 0) > 0) ? 1 : 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof OptionError ? error.message : error);
  return 2;
});
