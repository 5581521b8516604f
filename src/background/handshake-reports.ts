/** What handshakes of a tab tell, as others take it: reports for the store, names for the evidence. Pure. */
import type { OutsideReport } from '../protocol/outside.ts';
import type { NamedHandshake } from './handshake-records.ts';
import { connectionIdOf, type Handshake } from './outside-tab.ts';

/** Whether what the page script reports may show whose it is: it is over, or was taken for nobody's. */
export function mayBeFound({ pairedWith, recordedAs, isOutside, openedAtMs, endedAtMs }: Handshake): boolean {
  return pairedWith === null && !isOutside && (recordedAs !== null || openedAtMs !== null || endedAtMs !== null);
}

/** Those of which it is known whose they are. */
export function namesOf(handshakes: readonly Handshake[]): readonly NamedHandshake[] {
  return handshakes.flatMap((handshake) => {
    const connectionId = connectionIdOf(handshake);
    return connectionId === null ? [] : [{ key: handshake.key, connectionId }];
  });
}

/** All that a handshake tells of its connection. What is known already is passed over by the store. */
export function reportsOf(handshake: Handshake): readonly OutsideReport[] {
  const { recordedAs, url, protocols, protocol, extensions, seenBy, startedAtMs, openedAtMs, endedAtMs } = handshake;
  if (!recordedAs) return [];
  const { connection } = recordedAs;
  const reports: OutsideReport[] = [{ kind: 'connectionFound', connection, atMs: startedAtMs, url, protocols, seenBy }];
  if (openedAtMs !== null) {
    reports.push({ kind: 'connectionOpened', connection, atMs: openedAtMs, protocol, extensions });
  }
  if (endedAtMs !== null) reports.push({ kind: 'connectionEnded', connection, atMs: endedAtMs });
  return reports;
}

/** Epoch → the clock of the document, which the store expects. */
export function onClockOf(timeOriginMs: number, report: OutsideReport): OutsideReport {
  switch (report.kind) {
    case 'framesMissed':
      return report;
    case 'framesCaptured': {
      const atMs = report.columns.atMs.map((at) => at - timeOriginMs);
      return { ...report, columns: { ...report.columns, atMs } };
    }
    default:
      return { ...report, atMs: report.atMs - timeOriginMs };
  }
}
