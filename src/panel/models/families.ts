/** What findings say of single connections: whose doing their end was. Pure. */
import { closedBy, flagOf } from '../../analysis/connection-state.ts';
import type { CauseFamily, Finding } from '../../analysis/findings/finding.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';

/** Problems and warnings: notes are nothing that anybody must look at. */
export function troubleOf(findings: readonly Finding[]): number {
  return findings.filter(({ severity }) => severity !== 'note').length;
}

/** Whose doing the end of a connection was. */
export interface FamilyBadge {
  readonly family: CauseFamily;
  /** The evidence tells it from the other families. */
  readonly isSure: boolean;
  readonly findingId: string;
}

/** All candidates of one family: it is that. Else the likeliest one's, unsurely. */
export function familyOf({ findingId, candidates, sureness }: Finding): FamilyBadge {
  const [first] = candidates;
  const isAlone = candidates.every(({ family }) => family === first.family);
  return { family: first.family, isSure: isAlone && sureness !== 'low', findingId };
}

/**
 * By connectionId; findings are given in the order of hurt, and the first that says why a connection ended speaks for it: a
 * page that did not come back is the client's doing, its loss need not be.
 */
export function familiesOf(findings: readonly Finding[]): ReadonlyMap<string, FamilyBadge> {
  const families = new Map<string, FamilyBadge>();
  for (const finding of findings) {
    if (finding.severity === 'note' || !finding.explains) continue;
    const badge = familyOf(finding);
    for (const id of finding.connectionIds) {
      const known = families.get(id);
      // A family that is known says more than an unknown one, wherever it stands.
      if (!known || (known.family === 'unknown' && badge.family !== 'unknown')) families.set(id, badge);
    }
  }
  return families;
}

const NOBODY_KNOWS = { family: 'unknown', isSure: false } as const;

/** For a real 1006: what findings say of it, or that nobody knows. Null for all other connections. */
export function familyBadgeOf(
  record: ConnectionRecord,
  families: ReadonlyMap<string, FamilyBadge>,
): Pick<FamilyBadge, 'family' | 'isSure'> | null {
  if (flagOf(record) !== 'abnormal' || closedBy(record) === 'socketscope') return null;
  const { family, isSure } = families.get(record.connectionId) ?? NOBODY_KNOWS;
  return { family, isSure };
}
