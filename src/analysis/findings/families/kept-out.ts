/** What is no failure: said as a note, and kept out of everything that follows. */

import { text, words } from '../../../words/words.ts';
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

const WORDS: Readonly<Record<Label, Words>> = words({
  simulated: {
    title: (count: string) => text('keptOut_endedOrDisturbedBySocketscope', count),
    meaning: 'keptOut_dropsFaultsAndRefusedHandshakesThat',
    says: 'keptOut_simulated',
    nextCheck: 'keptOut_nothingTheVerdictOfTheScenario',
  },
  'page-left': {
    title: (count: string) => text('keptOut_endedBecauseThePageWasLeft', count),
    meaning: 'keptOut_navigationReloadOrAClosedTab',
    says: 'keptOut_itsPageWentAway',
    nextCheck: 'keptOut_nothing',
  },
  'dev-server': {
    title: (count: string) => text('keptOut_ofADevelopmentServer', count),
    meaning: 'keptOut_hotReloadingOfADevelopmentServer',
    says: 'keptOut_byItsSubprotocolPathOrGreeting',
    nextCheck: 'keptOut_nothingInProductionItIsNot',
  },
});

function labelled(label: Label, ends: (life: Life) => boolean): Rule['find'] {
  return ({ lives }) => {
    const found = lives.filter((life) => life.label === label && ends(life));
    if (found.length === 0) return [];
    const { title, meaning, says, nextCheck } = WORDS[label];
    return [
      {
        about: label,
        title: title(counted(found.length, 'connection')),
        meaning,
        severity: 'note',
        sureness: 'high',
        because: says,
        candidates: candidates(label),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, () => says),
        against: [],
        nextCheck,
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
      title: text('keptOut_endedByTheBackForwardCache', counted(found.length, 'connection')),
      meaning: text('keptOut_theBrowserKeepsAPageThat'),
      severity: 'note',
      sureness: 'high',
      because: text('keptOut_thePageWentIntoTheBack'),
      candidates: candidates('back-forward-cache'),
      connectionIds: connectionIdsOf(found),
      evidence: connectionEvidence(found, () => text('keptOut_itEndedAsItsPageWas')),
      against: [],
      nextCheck: text('keptOut_goAwayAndBackAgainDoes'),
      advice: [{ text: text('keptOut_closeConnectionsInPagehideAndOpen') }],
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
      title: text('keptOut_closedByThePageItself', counted(found.length, 'connection')),
      meaning: text('keptOut_thePageCalledCloseInAn'),
      severity: 'note',
      sureness: 'high',
      because: text('keptOut_closeWasCalled', codes.slice(0, 5).join(', ')),
      candidates: candidates('page-closed'),
      connectionIds: connectionIdsOf(found),
      evidence: connectionEvidence(found, ({ record }) => record.acts?.closedAt ?? text('keptOut_thePageCalledClose')),
      against: [],
      nextCheck: text('keptOut_ifItWasNotMeantRecord'),
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
