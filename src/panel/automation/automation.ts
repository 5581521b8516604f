/**
 * What test runners do without a panel: record a tab, play scenarios, take the recording out. A page of the extension that
 * no web page can open; whoever drives the browser calls `socketscope` in it. Decides nothing.
 */
import { openPort } from '../../browser/extension.ts';
import { tabInFront } from '../../browser/tabs.ts';
import { CATALOGUE } from '../../faults/catalogue.ts';
import type {} from '../../protocol/automation.ts';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import { writeNdjson } from '../../report/ndjson/write.ts';
import { previewRedaction, redactRecording } from '../../report/redaction/redact-recording.ts';
import { createRedactor } from '../../report/redaction/redactor.ts';
import { createStore } from '../../store/open.ts';
import { openRecording } from '../../store/stored-recording.ts';
import type { PanelLink, PanelNews } from '../link/panel-link.ts';
import { createPortLink } from '../link/port-link.ts';

/** Pages hand over what they have a few milliseconds after it happened; so long after the last news there is no more. */
const QUIET_MS = 300;
const LONGEST_QUIET_WAIT_MS = 5_000;

let link: PanelLink | null = null;
let written = '';
let newsAtMs = 0;
const listeners = new Set<(news: PanelNews) => void>();

/** Resolves with what `take` makes of the first news that it does not give undefined for. */
function nextNews<Found>(take: (news: PanelNews) => Found | undefined): Promise<Found> {
  return new Promise((resolve) => {
    const listener = (news: PanelNews) => {
      const found = take(news);
      if (found === undefined) return;
      listeners.delete(listener);
      resolve(found);
    };
    listeners.add(listener);
  });
}

function attached(tabId: number): Promise<PanelLink> {
  const mine = createPortLink({
    tabId,
    openPort,
    nowMs: () => Date.now(),
    callAfter: (delayMs, callback) => void setTimeout(callback, delayMs),
  });
  const answer = nextNews((news) => (news.kind === 'attached' ? mine : undefined));
  mine.open({
    onNews: (news) => {
      if (news.kind === 'changed' || news.kind === 'evidence') newsAtMs = Date.now();
      for (const listener of [...listeners]) listener(news);
    },
    onOrphaned: () => undefined,
  });
  return answer;
}

function recorded(): PanelLink {
  if (!link) throw new Error('Nothing is being recorded: call start first.');
  return link;
}

async function quiet(): Promise<void> {
  const deadlineMs = Date.now() + LONGEST_QUIET_WAIT_MS;
  newsAtMs = Math.max(newsAtMs, Date.now());
  while (Date.now() < Math.min(deadlineMs, newsAtMs + QUIET_MS)) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 4));
  }
}

const isOver = (run: ScenarioRun) => run.state !== 'playing' && run.state !== 'waiting';

window.socketscope = {
  tabInFront,
  start: async (tabId, name) => {
    link = await attached(tabId);
    const { outcome, sessionId } = await link.startSession({ name, tabIds: [], goesOn: false });
    if (sessionId === null) throw new Error(`The session could not be started: ${outcome}`);
    return sessionId;
  },
  scenarios: () => CATALOGUE.map(({ name }) => name),
  play: async (name, target, timeoutMs) => {
    const scenario = CATALOGUE.find((one) => one.name === name);
    if (!scenario) {
      const names = CATALOGUE.map((one) => `“${one.name}”`).join(', ');
      throw new Error(`There is no scenario “${name}”. There are: ${names}.`);
    }
    const playing = recorded();
    let latest: ScenarioRun | null = null;
    const over = nextNews((news) => {
      if (news.kind !== 'scenarioRun' || !news.run) return undefined;
      latest = news.run;
      return isOver(news.run) ? news.run : undefined;
    });
    const { outcome, detail } = await playing.playScenario(scenario, target);
    if (outcome !== 'done') throw new Error(`“${name}” could not be played: ${outcome}${detail && `, ${detail}`}`);
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), timeoutMs));
    const run = await Promise.race([over, late]);
    if (run) return run;
    playing.stopScenario();
    if (!latest) throw new Error(`“${name}” was not heard of again.`);
    return await over;
  },
  mark: async (text) => {
    const outcome = await recorded().mark({ atMs: Date.now(), text, connectionId: null, seq: null });
    if (outcome !== 'done') throw new Error(`The marker was not set: ${outcome}`);
  },
  stop: async () => {
    await quiet();
    await recorded().stopSession();
    link = null;
  },
  write: async (sessionId, redaction, patterns) => {
    const recording = await openRecording(createStore(), sessionId);
    if (!recording) throw new Error('The session is not stored.');
    const redactor = createRedactor({ patterns });
    // What is named as a secret only at the end must not stand bare at the beginning.
    await previewRedaction(recording, redactor, redaction);
    const pieces: string[] = [];
    const redacted = redactRecording(recording, redactor, redaction);
    for await (const piece of writeNdjson(redacted, { program: 'socketscope', redaction })) pieces.push(piece);
    written = pieces.join('');
    return written.length;
  },
  read: (from, to) => written.slice(from, to),
};
