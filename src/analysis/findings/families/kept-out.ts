/** What is no failure: said as a note, and kept out of everything that follows. */
import { candidates } from '../causes.ts';
import { connectionEvidence, connectionIdsOf, counted, type Draft, type Rule, spanOf } from '../draft.ts';
import type { Label, Life } from '../life.ts';
import type { SessionView } from '../view.ts';

interface Words {
  readonly title: (count: string) => string;
  readonly meaning: string;
  readonly says: string;
  readonly nextCheck: string;
}

const WORDS: Readonly<Record<Label, Words>> = {
  simulated: {
    title: (count) => `${count} ended or disturbed by Socketscope`,
    meaning:
      'Drops, faults and refused handshakes that were ordered here. They count in no statistic and explain nothing.',
    says: 'Simulated.',
    nextCheck: 'Nothing. The verdict of the scenario says how the page came back.',
  },
  'page-left': {
    title: (count) => `${count} ended because the page was left`,
    meaning:
      'Navigation, reload, or a closed tab. The browser ends the connections of a page that goes away; that is expected.',
    says: 'Its page went away.',
    nextCheck: 'Nothing.',
  },
  'dev-server': {
    title: (count) => `${count} of a development server`,
    meaning:
      "Hot reloading of a development server (Vite, webpack …), not the application's own. It counts in no statistic.",
    says: 'By its subprotocol, path or greeting.',
    nextCheck: 'Nothing. In production it is not there.',
  },
};

function labelled(label: Label, ends: (life: Life) => boolean): Rule['find'] {
  return ({ lives }) => {
    const found = lives.filter((life) => life.label === label && ends(life));
    if (found.length === 0) return [];
    const words = WORDS[label];
    return [
      {
        about: label,
        title: words.title(counted(found.length, 'connection')),
        meaning: words.meaning,
        severity: 'note',
        sureness: 'high',
        because: words.says,
        candidates: candidates(label),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, () => words.says),
        against: [],
        nextCheck: words.nextCheck,
        advice: [],
        span: spanOf(found),
      },
    ];
  };
}

/** How long after the page went into the cache or came out of it, ends are taken to come from that. */
const RESTORED_MS = 5_000;

/** A page that comes back from the back/forward cache finds its connections ended (whatwg/html#12085). */
function findRestored(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  const found = view.lives.filter((life) => {
    if (life.label === 'simulated' || life.endMs === null || life.openedMs === null || isExplained(life)) return false;
    if (life.by !== 'lost' && life.by !== 'navigation') return false;
    const rows = view.around(life, ['pageHidden', 'pageShown'], life.endMs - RESTORED_MS, life.endMs + RESTORED_MS);
    return rows.some(({ detail }) => detail === 'persisted');
  });
  if (found.length === 0) return [];
  return [
    {
      about: 'restored',
      title: `${counted(found.length, 'connection')} ended by the back/forward cache`,
      meaning:
        'The browser keeps a page that is left in memory and ends its connections; when the user comes back, the page sees 1006.',
      severity: 'note',
      sureness: 'high',
      because: 'The page went into the back/forward cache, or came out of it, within 5 s of the end.',
      candidates: candidates('back-forward-cache'),
      connectionIds: connectionIdsOf(found),
      evidence: connectionEvidence(found, () => 'It ended as its page was put away or restored.'),
      against: [],
      nextCheck: 'Go away and back again: does the page reconnect?',
      advice: [{ text: 'Close connections in `pagehide` and open them anew in `pageshow`.' }],
      span: spanOf(found),
    },
  ];
}

/** It called close(), or said goodbye within the protocol, whereupon the server closed (MQTT DISCONNECT, Socket.IO 41 …). */
function isAskedByPage({ by, farewell }: Life): boolean {
  return by === 'page' || (by === 'server' && farewell?.isOut === true);
}

/** Closes that the page asked for with close(): 1000, or a code of its own. What lies behind some of them, other rules say. */
function findClosedByPage(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  const found = view.lives.filter(
    (life) =>
      life.label === null && life.openedMs !== null && life.endMs !== null && isAskedByPage(life) && !isExplained(life),
  );
  if (found.length === 0) return [];
  const codes = [...new Set(found.map(({ record }) => record.closeRequested?.code ?? 1005))].sort((a, b) => a - b);
  return [
    {
      about: 'page',
      title: `${counted(found.length, 'connection')} closed by the page itself`,
      meaning:
        'The page called close(). In an application that is what is meant to happen when a connection is not needed any more.',
      severity: 'note',
      sureness: 'high',
      because: `close() was called (${codes.slice(0, 5).join(', ')}).`,
      candidates: candidates('page-closed'),
      connectionIds: connectionIdsOf(found),
      evidence: connectionEvidence(found, ({ record }) => record.acts?.closedAt ?? 'The page called close().'),
      against: [],
      nextCheck: 'If it was not meant: record stacks, and look who calls close().',
      advice: [],
      span: spanOf(found),
    },
  ];
}

const ENDED = ({ endMs }: Life) => endMs !== null;

export const KEPT_OUT: readonly Rule[] = [
  {
    name: 'simulated',
    family: 'kept out',
    says: 'Drops, faults and refused handshakes of Socketscope itself.',
    explains: true,
    find: labelled('simulated', () => true),
  },
  {
    name: 'dev-server',
    family: 'kept out',
    says: 'Connections of hot reloading, by subprotocol, path or greeting.',
    explains: true,
    find: labelled('dev-server', () => true),
  },
  {
    name: 'back-forward-cache',
    family: 'kept out',
    says: 'Ends within 5 s of going into or coming out of the back/forward cache.',
    explains: true,
    find: findRestored,
  },
  {
    name: 'page-left',
    family: 'kept out',
    says: 'Ends with their document: navigation, reload, closed tab; and 1001 that Firefox reports of itself.',
    explains: true,
    find: labelled('page-left', ENDED),
  },
];

export const CLOSED_BY_PAGE: Rule = {
  name: 'page-closed',
  family: 'app acts',
  says: 'Closes that the page asked for, where nothing tells of a reason behind them.',
  explains: true,
  find: findClosedByPage,
};
