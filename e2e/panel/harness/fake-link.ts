/** The other end of the panel: an invented background, which does what a test says and remembers what it was asked. */
import type { PanelLink, PanelLinkListeners, PanelNews, ScenarioAnswer } from '../../../src/panel/link/panel-link.ts';
import { createSessionLink } from '../../../src/panel/link/session-link.ts';
import type { DropOutcome, PanelRequest } from '../../../src/protocol/panel-link.ts';
import type { SessionAnswer } from '../../../src/protocol/session-verbs.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/protocol/settings.ts';
import type { FakeRecording } from './fake-recording.ts';

type Sent = Exclude<PanelRequest, { kind: 'attach' }> | { readonly kind: 'retry' };

export interface FakeLink {
  readonly link: PanelLink;
  readonly sent: Sent[];
  /** What the panel is told. */
  tell(news: PanelNews): void;
  /** The background reads all rows and tells them. */
  tellAll(): void;
  orphan(): void;
  /** How drops end from now on; null: they are not answered. */
  setDropOutcome(outcome: DropOutcome | null): void;
  setScenarioAnswer(answer: ScenarioAnswer): void;
  /** How verbs around sessions are answered from now on. */
  setSessionAnswer(answer: SessionAnswer): void;
  setAnswersAttach(answers: boolean): void;
}

export function createFakeLink(recording: FakeRecording): FakeLink {
  const sent: Sent[] = [];
  let listeners: PanelLinkListeners | null = null;
  let sessionNumber = 1;
  let isRecording = true;
  let dropOutcome: DropOutcome | null = 'done';
  let scenarioAnswer: ScenarioAnswer = { outcome: 'done', detail: '' };
  let sessionAnswer: SessionAnswer = { outcome: 'done', sessionId: 'session-1' };
  let answersAttach = true;
  let requestId = 0;

  const sessionId = () => `session-${sessionNumber}`;
  const tell = (news: PanelNews) => listeners?.onNews(news);

  let settings = DEFAULT_SETTINGS;

  function tellSettings(told: Settings): void {
    settings = told;
    tell({ kind: 'settings', settings, areSaved: true });
  }

  function tellAttached(): void {
    tellSettings(settings);
    if (answersAttach) tell({ kind: 'attached', sessionId: sessionId(), recording: isRecording });
  }

  return {
    sent,
    tell,
    tellAll: () =>
      tell({
        kind: 'changed',
        sessionId: sessionId(),
        // Copies, as messages are.
        documents: [...recording.documents.values()].map((row) => ({ ...row })),
        connections: [...recording.connections.values()].map((row) => ({ ...row })),
      }),
    orphan: () => listeners?.onOrphaned(),
    setDropOutcome: (outcome) => {
      dropOutcome = outcome;
    },
    setScenarioAnswer: (answer) => {
      scenarioAnswer = answer;
    },
    setSessionAnswer: (answer) => {
      sessionAnswer = answer;
    },
    setAnswersAttach: (answers) => {
      answersAttach = answers;
    },
    link: {
      ...createSessionLink((verb) => {
        sent.push({ kind: 'session', requestId: ++requestId, verb });
        const answer = sessionAnswer;
        return new Promise((resolve) => queueMicrotask(() => resolve(answer)));
      }),
      open: (own) => {
        listeners = own;
        queueMicrotask(tellAttached);
      },
      setRecording: (on) => {
        sent.push({ kind: 'setRecording', on });
        isRecording = on;
        queueMicrotask(tellAttached);
      },
      clear: () => {
        sent.push({ kind: 'clear' });
        recording.clear();
        sessionNumber++;
        queueMicrotask(tellAttached);
      },
      setSettings: (next) => {
        sent.push({ kind: 'setSettings', settings: next });
        queueMicrotask(() => tellSettings(next));
      },
      drop: (connectionId) => {
        sent.push({ kind: 'drop', requestId: ++requestId, connectionId });
        const outcome = dropOutcome;
        return new Promise((resolve) => {
          if (outcome !== null) queueMicrotask(() => resolve(outcome));
        });
      },
      playScenario: (scenario, target) => {
        sent.push({ kind: 'playScenario', requestId: ++requestId, scenario, target });
        const answer = scenarioAnswer;
        return new Promise((resolve) => queueMicrotask(() => resolve(answer)));
      },
      orderFrame: (connectionId, order) => {
        sent.push({ kind: 'orderFrame', requestId: ++requestId, connectionId, order });
        return Promise.resolve('done');
      },
      stopScenario: () => {
        sent.push({ kind: 'stopScenario' });
      },
      probe: (connectionId) => {
        sent.push({ kind: 'probe', requestId: ++requestId, connectionId });
        return Promise.resolve({ outcome: 'asked', probeId: `probe-${requestId}` });
      },
      retry: () => {
        sent.push({ kind: 'retry' });
        queueMicrotask(tellAttached);
      },
    },
  };
}
