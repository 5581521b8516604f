/** The verbs around sessions as calls: each is one message with one answer. */
import type { SessionAnswer, SessionOutcome, SessionVerb } from '../../protocol/session-verbs.ts';
import type { SessionLink } from './panel-link.ts';

/** `order` sends a verb and gives its answer; it never rejects. */
export function createSessionLink(order: (verb: SessionVerb) => Promise<SessionAnswer>): SessionLink {
  const outcomeOf = async (verb: SessionVerb): Promise<SessionOutcome> => (await order(verb)).outcome;
  return {
    mark: (mark) => outcomeOf({ kind: 'mark', mark }),
    editMark: (contextId, text) => outcomeOf({ kind: 'editMark', contextId, text }),
    removeMark: (contextId) => outcomeOf({ kind: 'removeMark', contextId }),
    startSession: ({ name, tabIds, goesOn }) => order({ kind: 'start', name, tabIds, goesOn }),
    stopSession: (sessionId) => order({ kind: 'stop', sessionId: sessionId ?? null }),
    setSessionTabs: (tabIds) => outcomeOf({ kind: 'setTabs', tabIds }),
    renameSession: (sessionId, name) => outcomeOf({ kind: 'rename', sessionId, name }),
    setNotes: (sessionId, notes) => outcomeOf({ kind: 'setNotes', sessionId, notes }),
    pinSession: (sessionId, on) => outcomeOf({ kind: 'pin', sessionId, on }),
    deleteSession: (sessionId) => outcomeOf({ kind: 'delete', sessionId }),
    restoreSession: (sessionId) => outcomeOf({ kind: 'restore', sessionId }),
    setSummary: (sessionId, summary) => outcomeOf({ kind: 'setSummary', sessionId, summary }),
    setAlwaysOn: (origin, on) => outcomeOf({ kind: 'setAlwaysOn', origin, on }),
    dismissNotices: (untilMs) => outcomeOf({ kind: 'dismissNotices', untilMs }),
    noteImportEnded: () => outcomeOf({ kind: 'importEnded' }),
  };
}
