/** The list of sessions as it is shown: what the search lets through, sorted. Pure. */
import type { SessionRecord } from '../../protocol/records.ts';

export const SESSION_COLUMNS = [
  'name',
  'kind',
  'started',
  'duration',
  'size',
  'connections',
  'closes',
  'findings',
  'verdicts',
] as const;
export type SessionColumn = (typeof SESSION_COLUMNS)[number];

export interface SessionSort {
  readonly column: SessionColumn;
  readonly isDescending: boolean;
}

/** Numbers come with their largest first when they are chosen, texts with the first. */
const VALUES: Readonly<Record<SessionColumn, (session: SessionRecord) => number | string>> = {
  name: ({ name }) => name.toLowerCase(),
  kind: ({ kind = 'watch' }) => kind,
  started: ({ startedAtMs }) => startedAtMs,
  duration: (session) => sessionDurationMs(session) ?? Number.POSITIVE_INFINITY,
  size: ({ storedBytes }) => storedBytes,
  connections: ({ summary }) => summary?.connections ?? -1,
  closes: ({ summary }) => summary?.abnormal ?? -1,
  findings: ({ summary }) => (summary ? 1_000 * summary.findings.problem + summary.findings.warning : -1),
  verdicts: ({ summary }) => (summary ? 1_000 * summary.verdicts.failed + summary.verdicts.passed : -1),
};

/** Null while it is recorded. */
export function sessionDurationMs({ startedAtMs, endedAtMs }: SessionRecord): number | null {
  return endedAtMs === null ? null : Math.max(0, endedAtMs - startedAtMs);
}

/** All words must be found, in the name, the notes, the page's address or the name of the file. */
export function matchesSession(session: SessionRecord, search: string): boolean {
  const { name, notes = '', environment, importedFrom } = session;
  const texts = [
    name,
    notes,
    environment?.pageUrl ?? '',
    environment?.browser?.name ?? '',
    importedFrom?.fileName ?? '',
  ];
  const all = texts.join('\n').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** Sessions that are recorded just now come first, however the rest is sorted. */
export function listedSessions(
  sessions: readonly SessionRecord[],
  search: string,
  { column, isDescending }: SessionSort,
): readonly SessionRecord[] {
  const read = VALUES[column];
  const sign = isDescending ? -1 : 1;
  return sessions
    .filter((session) => matchesSession(session, search))
    .sort((a, b) => {
      const lives = Number(b.endedAtMs === null) - Number(a.endedAtMs === null);
      if (lives !== 0) return lives;
      const [one, other] = [read(a), read(b)];
      if (one === other) return b.startedAtMs - a.startedAtMs;
      return one < other ? -sign : sign;
    });
}
