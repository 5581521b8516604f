/** Makes cases happen in a browser with the extension, many at once, and reads what was recorded of each. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserKind, LaunchOptions } from '../browsers/browser.ts';
import { launchBrowser } from '../browsers/launch.ts';
import { createTemporaryFolder } from '../browsers/leftovers.ts';
import { WAIT_TIMEOUT_MS, withTimeout } from '../browsers/wait.ts';
import { IS_APART } from '../cli/apart.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { type Lab, startLab } from '../lab/server.ts';
import type { CauseCase, Place } from './case.ts';
import { missingNeeds } from './needs.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { PlainRows } from './recording.ts';
import { createNamespace, NAMESPACE_HOSTS, type Namespace, plugIn } from './servers/namespace.ts';
import { createStage, type RecordedPage, type Stage, type StageParts } from './stage.ts';

/** What became of a case in one browser. */
export type CaseRun = { readonly kind: BrowserKind; readonly case_: CauseCase; readonly seconds: number } & (
  | { readonly state: 'skipped'; readonly why: string }
  | { readonly state: 'failed'; readonly why: string }
  /** `probed`: the same once the endpoints of failed handshakes have been asked; null: there were none. */
  | { readonly state: 'recorded'; readonly rows: PlainRows; readonly probed: PlainRows | null }
);

export interface RecordOptions {
  readonly headless?: boolean;
  /** Asks the endpoints of failed handshakes, after the first reading. Default true. */
  readonly isProbing?: boolean;
  readonly tell?: (run: CaseRun) => void;
}

/** Most of them wait. More at once would make pages late with their timers. */
const AT_ONCE = 6;
const CASE_TIMEOUT_MS = 180_000;
/** Rows are written a few times a second. */
const STILL_MS = 900;

/** The extension must have been built. One run for each case, in their order. */
export async function recordIn(
  kind: BrowserKind,
  cases: readonly CauseCase[],
  options: RecordOptions = {},
): Promise<readonly CaseRun[]> {
  const runs = new Map<CauseCase, CaseRun>();
  const add = (run: CaseRun) => {
    runs.set(run.case_, run);
    options.tell?.(run);
  };
  const able = cases.filter((case_) => {
    const missing = missingNeeds(case_).map((need) => `${need} is not there`);
    const why = case_.notIn?.[kind] ?? missing.join(', ');
    if (why !== '') add({ kind, case_, seconds: 0, state: 'skipped', why });
    return why === '';
  });
  const of = (...places: readonly Place[]) => able.filter(({ place = 'shared' }) => places.includes(place));
  await inBrowser(kind, of('shared', 'alone'), {}, options, add);
  await inBrowser(kind, of('any certificate'), { acceptsAnyCertificate: true }, options, add);
  await inBrowser(kind, of('throttling'), { throttlesHidden: true }, options, add);
  return cases.flatMap((case_) => runs.get(case_) ?? []);
}

async function inBrowser(
  kind: BrowserKind,
  cases: readonly CauseCase[],
  peculiar: LaunchOptions,
  options: RecordOptions,
  add: (run: CaseRun) => void,
): Promise<void> {
  if (cases.length === 0) return;
  const scratch = createTemporaryFolder('causes');
  const labs: Promise<Lab>[] = [];
  const namespaces = new Map<CauseCase, Namespace>();
  for (const case_ of cases) if (case_.needs?.includes('netns')) namespaces.set(case_, await createNamespace());
  if (IS_APART) await plugIn();
  const browser = await launchBrowser(kind, {
    extensionDir: distOf(TARGET_OF[kind]),
    headless: options.headless ?? true,
    reachable: ['127.77.*', NAMESPACE_HOSTS],
    backForwardCache: true,
    ...peculiar,
  });
  try {
    const recorder = await createRecorder(browser);
    const record = async (case_: CauseCase) => {
      const number = cases.indexOf(case_);
      add(
        await recordCase(case_, {
          browser,
          recorder,
          host: `127.77.${kind === 'chromium' ? 1 : 2}.${number + 1}`,
          folder: join(scratch.path, case_.name),
          lab: () => {
            const lab = labs[0] ?? startLab();
            if (labs.length === 0) labs.push(lab);
            return lab;
          },
          namespace: namespaces.get(case_) ?? null,
          isProbing: options.isProbing ?? true,
        }),
      );
    };
    const waiting = cases.filter(({ place }) => place !== 'alone');
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await record(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for (const case_ of cases.filter(({ place }) => place === 'alone')) await record(case_);
  } finally {
    await browser.close();
    for (const lab of labs) await (await lab).close();
    for (const namespace of namespaces.values()) namespace.remove();
    scratch.remove();
  }
}

interface Parts extends StageParts {
  readonly isProbing: boolean;
}

async function recordCase(case_: CauseCase, { isProbing, ...parts }: Parts): Promise<CaseRun> {
  const { kind } = parts.browser;
  const stage = createStage(parts);
  const startedMs = performance.now();
  const seconds = () => (performance.now() - startedMs) / 1_000;
  try {
    await withTimeout(case_.name, CASE_TIMEOUT_MS, case_.run(stage));
    const page = recordedPageOf(stage);
    const rows = await settled(parts.recorder, page);
    const probed = isProbing ? await probe(parts.recorder, page, rows) : null;
    return { kind, case_, seconds: seconds(), state: 'recorded', rows, probed };
  } catch (error) {
    return {
      kind,
      case_,
      seconds: seconds(),
      state: 'failed',
      why: error instanceof Error ? error.message : `${error}`,
    };
  } finally {
    await stage.end().catch(() => undefined);
  }
}

function recordedPageOf({ pages }: Stage): RecordedPage {
  const [page] = pages;
  if (!page) throw new Error('The case has opened no page.');
  return page;
}

/** The rows once all is stored that the page has seen, and nothing changes any more. */
async function settled(recorder: Recorder, page: RecordedPage): Promise<PlainRows> {
  const seen = page.left === 'no' ? await page.seen() : null;
  const deadlineMs = performance.now() + WAIT_TIMEOUT_MS;
  let last = '';
  let sinceMs = performance.now();
  for (;;) {
    const { connections, documents, handshakes } = await recorder.read(page.sessionId, false);
    const ends = connections.map(({ close, openedAtMs, goneAtMs }) => [close?.code, openedAtMs, goneAtMs]);
    const now = JSON.stringify([ends, documents.map(({ goneAtMs }) => goneAtMs), handshakes.length]);
    if (now !== last) sinceMs = performance.now();
    last = now;
    const closed = connections.filter(({ close }) => close).length;
    const isGone = page.left !== 'closed' || documents.every(({ goneAtMs }) => goneAtMs !== null);
    const isWhole = seen ? connections.length >= seen.constructed && closed >= seen.closed : isGone;
    const isLate = performance.now() > deadlineMs;
    if ((isWhole && performance.now() - sinceMs > STILL_MS) || isLate) break;
    await delay(150);
  }
  return await recorder.read(page.sessionId, true);
}

/** Asks the endpoint of the last handshake that failed at each address. */
async function probe(recorder: Recorder, { sessionId }: RecordedPage, rows: PlainRows): Promise<PlainRows | null> {
  const failed = rows.connections.filter(({ close, openedAtMs }) => close !== null && openedAtMs === null);
  const lastOfEach = [...new Map(failed.map((connection) => [connection.url, connection])).values()];
  if (lastOfEach.length === 0) return null;
  for (const [requestId, { connectionId }] of lastOfEach.entries()) {
    await recorder.ask(sessionId, { kind: 'probe', requestId, connectionId });
  }
  const deadlineMs = performance.now() + WAIT_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const { probes } = await recorder.read(sessionId, false);
    const answered = probes.filter(({ answeredAtMs }) => answeredAtMs !== null).length;
    if (answered >= lastOfEach.length) return await recorder.read(sessionId, true);
    await delay(150);
  }
  return null;
}
