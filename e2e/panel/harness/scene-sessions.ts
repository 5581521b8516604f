/** Stored sessions to look at: of several kinds, some analysed, one with notes, one from another browser. */
import type { SessionRecord } from '../../../src/protocol/records.ts';

const DAY_MS = 86_400_000;

type Row = Partial<SessionRecord> & Pick<SessionRecord, 'sessionId' | 'name'>;

export function storedSessions(nowMs: number): readonly SessionRecord[] {
  const summary = (abnormal: number, problem: number, warning: number, passed: number, failed: number) => ({
    atMs: nowMs,
    connections: 6 + abnormal,
    frames: 4_210,
    closes: 3 + abnormal,
    abnormal,
    findings: { problem, warning, note: 2 },
    verdicts: { passed, failed },
  });
  const rows: readonly Row[] = [
    { sessionId: 'session-1', name: 'https://lab.example.test/', startedAtMs: nowMs - 31_000, endedAtMs: null },
    {
      sessionId: 'wifi',
      name: 'Cart survives a lost Wi-Fi',
      kind: 'named',
      notes: 'SHOP-4711: after the fix',
      startedAtMs: nowMs - 2 * 3_600_000,
      endedAtMs: nowMs - 2 * 3_600_000 + 754_000,
      pinned: true,
      storedBytes: 3_400_000,
      summary: summary(1, 0, 1, 17, 0),
    },
    {
      sessionId: 'before',
      name: 'Cart survives a lost Wi-Fi',
      kind: 'named',
      notes: 'SHOP-4711: before the fix',
      startedAtMs: nowMs - 26 * 3_600_000,
      endedAtMs: nowMs - 26 * 3_600_000 + 655_000,
      storedBytes: 2_900_000,
      summary: summary(9, 2, 3, 11, 6),
    },
    {
      sessionId: 'night',
      name: 'https://dashboard.example.test',
      kind: 'always',
      startedAtMs: nowMs - 14 * 3_600_000,
      endedAtMs: nowMs - 3 * 3_600_000,
      storedBytes: 48_000_000,
      summary: summary(4, 1, 0, 0, 0),
    },
    {
      sessionId: 'firefox',
      name: 'Checkout hangs in Firefox',
      kind: 'imported',
      startedAtMs: nowMs - 3 * DAY_MS,
      endedAtMs: nowMs - 3 * DAY_MS + 62_000,
      storedBytes: 812_000,
      importedFrom: { fileName: 'checkout.ndjson', format: 'ndjson', atMs: nowMs - DAY_MS, refused: 0 },
    },
  ];
  return rows.map((row) => ({
    tabId: 1,
    startedAtMs: nowMs,
    endedAtMs: nowMs,
    pinned: false,
    storedBytes: 640_000,
    ...row,
  }));
}
