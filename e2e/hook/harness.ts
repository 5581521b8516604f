/**
 * Runs the hook's tests in each browser that is there, on pages that differ in nothing but the hook. The native page is
 * the oracle: what differs from it is a fault, or stands in known-differences.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserKind, LaunchOptions, Tab } from '../browsers/browser.ts';
import { keepTab } from '../browsers/kept.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { bundleScript } from './bundle.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import type { Facts, Json } from './probes/kit.ts';
import type { Probe, ProbeName } from './probes/probes.iife.ts';
import { type HookServer, type ServedFiles, startServer } from './server.ts';

export type Mode = 'native' | 'hooked';

/**
 * Order matters: the receiver first, as the content script, then the hook, then the page. `?before=NAME` and
 * `?after=NAME` load other code ahead of both and behind both.
 */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>hook test</title>
<link rel="icon" href="data:,">
<script>
for (const other of new URLSearchParams(location.search).getAll('before')) {
  document.write('<script src="' + other + '.js"><\\/script>');
}
</script>
<script src="receiver.js"></script>
<script src="hook.js"></script>
<script>
for (const other of new URLSearchParams(location.search).getAll('after')) {
  document.write('<script src="' + other + '.js"><\\/script>');
}
</script>
<script src="probes.js"></script>
<body></body>
`;

/** e2e/hook/others, by name. */
const OTHERS = ['zone', 'sentry', 'rrweb', 'classic', 'subclass', 'proxy', 'visitor', 'mock', 'broken'];

export interface Bench {
  readonly kind: BrowserKind;
  readonly server: HookServer;
  /** The page of that mode, loaded anew, in the one tab that all files of tests share. */
  open(mode: Mode, search?: string): Promise<Tab>;
  /** Runs a probe on a page of its own. */
  probe(mode: Mode, name: ProbeName): Promise<Facts>;
  /** Runs a probe on the page that is open. */
  run(name: ProbeName): Promise<Facts>;
}

/**
 * A suite for each browser. One that is not installed is skipped by name. `extra`: more files for the pages; `launch`: more
 * about the browser.
 */
export function inEachBrowser(
  title: string,
  body: (bench: () => Bench) => void,
  extra: () => Promise<ServedFiles> = async () => ({}),
  launch: LaunchOptions = {},
): void {
  for (const kind of BROWSER_KINDS) {
    describe.skipIf(!isInstalled(kind))(`${title} in ${kind}`, () => {
      let bench: Bench | undefined;
      beforeAll(async () => {
        bench = await startBench(kind, await extra(), launch);
      });
      afterAll(async () => {
        await bench?.server.close();
      });
      body(() => {
        if (!bench) throw new Error('the browser has not started');
        return bench;
      });
    });
  }
}

/** One test: the probe gives the same facts on both pages, but for the known differences. */
export function itIsTheSame(bench: () => Bench, name: ProbeName): void {
  it(`${name}: hooked as native`, async () => {
    const native = await bench().probe('native', name);
    const hooked = await bench().probe('hooked', name);
    const keys = Object.keys(native);
    expect(Object.keys(hooked)).toEqual(keys);
    const known = KNOWN_DIFFERENCES.filter((known) => known.probe === name && known.browsers.includes(bench().kind));
    const omitted = known.flatMap(({ facts }) => facts);
    for (const fact of omitted) {
      expect(keys).toContain(fact);
      expect(hooked[fact], `no longer different, so strike it off the list: ${fact}`).not.toEqual(native[fact]);
    }
    expect(without(hooked, omitted)).toEqual(without(native, omitted));
  });
}

function without(facts: Facts, omitted: readonly string[]): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([fact]) => !omitted.includes(fact)));
}

async function startBench(kind: BrowserKind, extra: ServedFiles, launch: LaunchOptions): Promise<Bench> {
  const [receiver, hook, probes] = await Promise.all([
    bundleScript('e2e/hook/receiver.iife.ts'),
    bundleScript('src/page/page.iife.ts', { minify: true }),
    bundleScript('e2e/hook/probes/probes.iife.ts'),
  ]);
  const others = await Promise.all(
    OTHERS.map(async (name) => [`${name}.js`, await bundleScript(`e2e/hook/others/${name}.iife.ts`)] as const),
  );
  const server = await startServer({
    ...Object.fromEntries(others),
    'index.html': PAGE,
    'receiver.js': receiver,
    // As vite.config.ts ships it: without a name of its own in stacks.
    'hook.js': `${hook}\n//# sourceURL=<anonymous>\n`,
    'probes.js': probes,
    ...extra,
  });
  const tab = await keepTab(kind, { exposesGc: true, ...launch });
  async function open(mode: Mode, search = ''): Promise<Tab> {
    await tab.goto(`${server.origin}/${mode}/${search}`);
    return tab;
  }
  async function run(name: ProbeName): Promise<Facts> {
    const facts = await tab.evaluate((probe: string) => {
      const { probes } = window as unknown as { readonly probes: Readonly<Record<string, Probe>> };
      const found = probes[probe];
      if (!found) throw new Error(`no probe ${probe}`);
      return found();
    }, name);
    return facts as Record<string, Json>;
  }
  return {
    kind,
    server,
    open,
    run,
    async probe(mode, name) {
      await open(mode);
      return run(name);
    },
  };
}
