/** One disconnect in a word, and the family of its cause: what badges show. Pure. */
import type { ConnectionRecord } from '../../protocol/records.ts';
import { describeClose } from '../close-codes.ts';
import { closedBy } from '../connection-state.ts';
import type { CauseFamily, Finding } from './finding.ts';
import { RULES } from './rules.ts';

/**
 * `normal`: as meant, by a side that said so. `abnormal`: without a close frame, or never opened. `unexpected`: a side said
 * that the protocol, the data or a rule was broken, or that it could not go on.
 */
export type Disconnect = 'normal' | 'abnormal' | 'unexpected';

/** How a connection ended; null while it has not. Simulated ends are classified as what they pretend to be. */
export function classifyDisconnect(record: ConnectionRecord): Disconnect | null {
  const by = closedBy(record);
  if (by === null) return null;
  if (by === 'navigation') return 'normal';
  // close() while CONNECTING gives 1006, and is the page's own wish.
  if (by === 'page' && record.openedAtMs === null) return 'normal';
  const { close } = record;
  if (!close) return 'abnormal';
  const { family } = describeClose(close.code);
  if (family === 'abnormal') return 'abnormal';
  return family === 'refused' || family === 'invalid' ? 'unexpected' : 'normal';
}

/** Rules that say why connections ended; others tell of habits that go with them. */
const EXPLAINING: ReadonlySet<string> = new Set(RULES.filter(({ explains }) => explains).map(({ name }) => name));

function isReason({ rule, severity }: Finding): boolean {
  return severity !== 'note' && EXPLAINING.has(rule);
}

/**
 * Whose doing the end of a connection was, as far as the findings tell: `unknown` where candidates of different families are
 * left and the finding is not sure; null where no finding but a note says why it ended.
 */
export function causeFamilyOf(connectionId: string, findings: readonly Finding[]): CauseFamily | null {
  const reason = findings.find((finding) => isReason(finding) && finding.connectionIds.includes(connectionId));
  return reason ? familyOf(reason) : null;
}

/** The family of a finding's first candidate, or `unknown` where others of its candidates are as likely. */
export function familyOf({ candidates, sureness }: Finding): CauseFamily {
  const [{ family }] = candidates;
  if (sureness !== 'low') return family;
  return candidates.every((other) => other.family === family) ? family : 'unknown';
}

/** Families of all connections at once: for lists, where asking one by one would cost too much. */
export function causeFamilies(findings: readonly Finding[]): ReadonlyMap<string, CauseFamily> {
  const families = new Map<string, CauseFamily>();
  for (const finding of findings) {
    if (!isReason(finding)) continue;
    for (const id of finding.connectionIds) if (!families.has(id)) families.set(id, familyOf(finding));
  }
  return families;
}
