/**
 * `npm run verdicts`: the verdict on clients whose policy is known, in both browsers, measured against the truth. Ends with
 * 1 when something is out of tolerance. See e2e/verdicts/README.md; `-- --browser chromium` and `-- --only mqtt,phoenix`
 * measure less.
 */
import { verdictMarkdown } from '../../src/analysis/verdict/verdict-markdown.ts';
import type { BrowserKind } from '../browsers/browser.ts';
import { ensureBrowser } from '../browsers/install.ts';
import { BROWSER_KINDS } from '../browsers/launch.ts';
import { CASES } from '../verdicts/cases.ts';
import { compare, HEADS } from '../verdicts/compare.ts';
import { measureIn } from '../verdicts/measure-in.ts';
import { buildExtension, TARGET_OF } from './extension-build.ts';
import { fail, say } from './run.ts';
import { printTable } from './table.ts';

interface Options {
  readonly browsers: readonly BrowserKind[];
  readonly clients: readonly string[] | null;
  /** Also the whole verdict of each, as Markdown. */
  readonly isWhole: boolean;
}

function parseOptions(args: readonly string[]): Options {
  const options = { browsers: BROWSER_KINDS, clients: null as readonly string[] | null, isWhole: false };
  for (let i = 0; i < args.length; i++) {
    const value = args[i + 1] ?? '';
    if (args[i] === '--whole') {
      options.isWhole = true;
    } else if (args[i] === '--browser' && BROWSER_KINDS.some((kind) => kind === value)) {
      options.browsers = [args[++i] as BrowserKind];
    } else if (args[i] === '--only' && value !== '') {
      options.clients = (args[++i] ?? '').split(',');
      const unknown = options.clients.filter((name) => !CASES.some(({ client }) => client.includes(name)));
      if (unknown.length > 0)
        fail(`No such client: ${unknown.join()}. There are: ${CASES.map(({ client }) => client).join()}.`);
    } else {
      fail('npm run verdicts [-- [--browser chromium|firefox] [--only NAME,NAME] [--whole]]');
    }
  }
  return options;
}

const { browsers, clients, isWhole } = parseOptions(process.argv.slice(2));
const cases = CASES.filter(({ client }) => clients === null || clients.some((name) => client.includes(name)));
let misses = 0;
for (const kind of browsers) {
  ensureBrowser(kind, say);
  await buildExtension(TARGET_OF[kind]);
  say(`\n${kind}: found / true`);
  const measurements = await measureIn(kind, cases, (done) => say(`  measured ${done} of ${cases.length}`));
  const rows = measurements.map(compare);
  printTable(
    HEADS,
    rows.map(({ cells }) => cells),
  );
  misses += rows.filter((row) => row.misses.length > 0).length;
  if (isWhole)
    for (const { case_, scorecards } of measurements) say(`\n# ${case_.client}\n\n${verdictMarkdown(scorecards)}`);
}
say(
  `\n${misses === 0 ? 'All within tolerance' : `${misses} out of tolerance`}: base, step and cap within 10 %, factor within 0.1.`,
);
process.exitCode = misses === 0 ? 0 : 1;
