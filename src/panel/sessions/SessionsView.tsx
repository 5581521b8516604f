/** All stored sessions: what is in them, what was found, and what can be done with them. */
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SessionRecord } from '../../protocol/records.ts';
import { formatCount } from '../../words/words.ts';
import { formatBytes, formatDate, formatDuration } from '../models/format.ts';
import {
  listedSessions,
  SESSION_COLUMNS,
  type SessionColumn,
  type SessionSort,
  sessionDurationMs,
} from '../models/session-list.ts';
import { EmptyState } from '../views/EmptyState.tsx';
import { PopupMenu, type PopupSection } from '../views/PopupMenu.tsx';
import { usePanel } from '../views/use-panel.ts';
import { type GridColumn, type Point, VirtualGrid } from '../views/VirtualGrid.tsx';
import { COMPARE_SESSIONS, SESSION_PROBLEMS, SESSIONS } from '../words-sessions.ts';
import { CompareView } from './CompareView.tsx';
import { CurrentSessionBar } from './CurrentSessionBar.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { ImportBar, ImportButton, useImport } from './ImportBar.tsx';
import { Notices } from './Notices.tsx';
import { TextDialog } from './TextDialog.tsx';
import { useSummaries } from './use-summaries.ts';
import './sessions.css';

const WIDTHS: Readonly<Record<SessionColumn, Omit<GridColumn<SessionColumn>, 'id' | 'title'>>> = {
  name: { widthPx: 'rest' },
  kind: { widthPx: 84, minGridPx: 760 },
  started: { widthPx: 140, narrowPx: 124 },
  duration: { widthPx: 92, minGridPx: 640, isNumber: true },
  size: { widthPx: 76, minGridPx: 480, isNumber: true },
  connections: { widthPx: 96, minGridPx: 900, isNumber: true },
  closes: { widthPx: 56, isNumber: true },
  findings: { widthPx: 84, minGridPx: 480, isNumber: true },
  verdicts: { widthPx: 84, minGridPx: 700, isNumber: true },
};

const COLUMNS: readonly GridColumn<SessionColumn>[] = SESSION_COLUMNS.map((id) => ({
  id,
  title: SESSIONS.columns[id],
  ...WIDTHS[id],
}));

const MAX_NAME_CHARS = 200;
const MAX_NOTES_CHARS = 20_000;

interface Asked {
  readonly what: 'name' | 'notes' | 'export';
  readonly session: SessionRecord;
}

/** The earlier one first: what came after it is what may be better. */
interface Compared {
  readonly before: SessionRecord;
  readonly after: SessionRecord;
}

export function SessionsView() {
  const { sessions } = usePanel();
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState<SessionSort>({ column: 'started', isDescending: true });
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const [menuAt, setMenuAt] = useState<Point | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [base, setBase] = useState<SessionRecord | null>(null);
  const [compared, setCompared] = useState<Compared | null>(null);
  const importing = useImport();
  useSummaries();
  useEffect(() => sessions.watch(), []);

  const all = sessions.list.value;
  const rows = useMemo(() => (all ? listedSessions(all, search, sort) : []), [all, search, sort]);
  const selected = rows.find(({ sessionId }) => sessionId === selectedId) ?? null;

  function compare(session: SessionRecord): void {
    if (!base) {
      setBase(session);
      return;
    }
    const [before, after] = base.startedAtMs <= session.startedAtMs ? [base, session] : [session, base];
    setCompared({ before, after });
    setBase(null);
  }

  if (compared) return <CompareView {...compared} onBack={() => setCompared(null)} />;
  return (
    <section
      class="sessions"
      aria-label={SESSIONS.label}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        importing.add([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <CurrentSessionBar />
      <div class="sessions-head">
        <input
          class="filter-input sessions-search"
          type="search"
          aria-label={SESSIONS.search}
          placeholder={SESSIONS.searchHint}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <ImportButton importing={importing} />
        <span class="sessions-end">
          <SpaceUsed />
        </span>
      </div>
      <ImportBar importing={importing} />
      <Notices />
      <Deleted />
      <Problem />
      {base && (
        <p class="sessions-said" role="status">
          {COMPARE_SESSIONS.choose(base.name)}{' '}
          <button type="button" class="link" onClick={() => setBase(null)}>
            {COMPARE_SESSIONS.cancel}
          </button>
        </p>
      )}
      <VirtualGrid
        label={SESSIONS.label}
        columns={COLUMNS}
        rowCount={rows.length}
        selectedRow={selected ? rows.indexOf(selected) : null}
        selectedKey={selectedId}
        cell={(row, column) => {
          const session = rows[row];
          return session && CELLS[column](session);
        }}
        onSelect={(row) => setSelectedId(rows[row]?.sessionId ?? null)}
        onOpen={() => selected && openInTab(sessions.urlOf(selected.sessionId))}
        sort={sort}
        onSort={(column) =>
          setSort({ column, isDescending: sort.column === column ? !sort.isDescending : column !== 'name' })
        }
        onMenu={(row, at) => {
          if (row !== null) setSelectedId(rows[row]?.sessionId ?? null);
          setMenuAt(at);
        }}
        followsEnd={false}
      >
        <Nothing isSearched={search.trim() !== ''} />
      </VirtualGrid>
      <Actions session={selected} base={base} onAsk={setAsked} onCompare={compare} />
      {menuAt && selected && (
        <SessionMenu
          session={selected}
          base={base}
          at={menuAt}
          onAsk={setAsked}
          onCompare={compare}
          onClose={() => setMenuAt(null)}
        />
      )}
      {asked?.what === 'export' && <ExportDialog session={asked.session} onClose={() => setAsked(null)} />}
      {asked?.what === 'name' && (
        <TextDialog
          title={SESSIONS.rename}
          label={SESSIONS.name}
          text={asked.session.name}
          maxChars={MAX_NAME_CHARS}
          onSave={(name) => void sessions.rename(asked.session, name)}
          onClose={() => setAsked(null)}
        />
      )}
      {asked?.what === 'notes' && (
        <TextDialog
          title={asked.session.name}
          label={SESSIONS.notesLabel}
          text={asked.session.notes ?? ''}
          maxChars={MAX_NOTES_CHARS}
          isLong
          onSave={(notes) => void sessions.setNotes(asked.session, notes)}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}

const CELLS: Readonly<Record<SessionColumn, (session: SessionRecord) => ComponentChildren>> = {
  name: ({ name, notes, pinned }) => (
    <span class="session-name" dir="auto" title={notes ? `${name}\n\n${notes}` : name}>
      {pinned && (
        <span class="session-pin" title={SESSIONS.pinned}>
          ★{' '}
        </span>
      )}
      {name}
      {notes && <span class="faint"> — {notes}</span>}
    </span>
  ),
  kind: ({ kind = 'watch' }) => <span title={SESSIONS.kindHints[kind]}>{SESSIONS.kinds[kind]}</span>,
  started: ({ startedAtMs }) => formatDate(startedAtMs),
  duration: (session) => {
    const durationMs = sessionDurationMs(session);
    return durationMs === null ? <span class="session-live">{SESSIONS.recording}</span> : formatDuration(durationMs);
  },
  size: ({ storedBytes }) => formatBytes(storedBytes),
  connections: ({ summary }) => (summary ? formatCount(summary.connections) : <Unknown />),
  closes: ({ summary }) =>
    summary ? (
      <span class={summary.abnormal > 0 ? 'session-bad' : ''}>{formatCount(summary.abnormal)}</span>
    ) : (
      <Unknown />
    ),
  findings: ({ summary }) => {
    if (!summary) return <Unknown />;
    const { problem, warning, note } = summary.findings;
    return (
      <span class={problem > 0 ? 'session-bad' : ''} title={SESSIONS.findingsHint(problem, warning, note)}>
        {SESSIONS.findings(problem, warning)}
      </span>
    );
  },
  verdicts: ({ summary }) => {
    if (!summary) return <Unknown />;
    const { passed, failed } = summary.verdicts;
    return (
      <span class={failed > 0 ? 'session-bad' : ''} title={SESSIONS.verdictsHint(passed, failed)}>
        {passed + failed === 0 ? '–' : SESSIONS.verdicts(passed, failed)}
      </span>
    );
  },
};

function Unknown() {
  return (
    <span class="faint" title={SESSIONS.unknown}>
      –
    </span>
  );
}

function Nothing({ isSearched }: { readonly isSearched: boolean }) {
  const { failure: failed, list } = usePanel().sessions;
  const failure = failed.value;
  if (failure !== null) return <EmptyState words={[SESSIONS.notRead(failure), '']} />;
  if (list.value === null) return <EmptyState words={[SESSIONS.reading, '']} />;
  return <EmptyState words={isSearched ? SESSIONS.noneFound : SESSIONS.empty} />;
}

function SpaceUsed() {
  const { list, space } = usePanel().sessions;
  const used = space.value;
  if (!used) return null;
  const { storedBytes, usageBytes, quotaBytes } = used;
  return (
    <span class="faint">
      {SESSIONS.space(formatBytes(storedBytes), list.value?.length ?? 0)}
      {usageBytes !== null && quotaBytes !== null && (
        <>; {SESSIONS.spaceOf(formatBytes(usageBytes), formatBytes(quotaBytes))}</>
      )}
    </span>
  );
}

/** What was deleted last can be had back. */
function Deleted() {
  const { sessions } = usePanel();
  const session = sessions.deleted.value;
  return (
    <output class="sessions-said" aria-live="polite">
      {session && (
        <>
          {SESSIONS.deleted(session.name)}{' '}
          <button type="button" class="link" onClick={() => void sessions.restore()}>
            {SESSIONS.undo}
          </button>
        </>
      )}
    </output>
  );
}

function Problem() {
  const problem = usePanel().sessions.problem.value;
  return (
    <p class="sessions-said sessions-problem" role="alert">
      {problem && SESSION_PROBLEMS[problem.outcome](problem.name)}
    </p>
  );
}

interface ActionsProps {
  readonly session: SessionRecord;
  /** What it may be compared with. */
  readonly base: SessionRecord | null;
  onAsk(asked: Asked): void;
  onCompare(session: SessionRecord): void;
}

function Actions({ session, ...props }: Omit<ActionsProps, 'session'> & { readonly session: SessionRecord | null }) {
  const { sessions } = usePanel();
  if (!session) return null;
  return (
    <div class="sessions-actions" role="toolbar" aria-label={SESSIONS.menu}>
      {actionsOf({ session, ...props }, sessions).map(({ label, isDisabled, run }) => (
        <button key={label} type="button" class="button" disabled={isDisabled ?? false} onClick={run}>
          {label}
        </button>
      ))}
    </div>
  );
}

function SessionMenu({ at, onClose, ...props }: ActionsProps & { readonly at: Point; onClose(): void }) {
  const { sessions } = usePanel();
  const sections: readonly PopupSection[] = [{ items: actionsOf(props, sessions) }];
  return <PopupMenu label={SESSIONS.menu} at={at} sections={sections} onClose={onClose} />;
}

function actionsOf(
  { session, base, onAsk, onCompare }: ActionsProps,
  sessions: ReturnType<typeof usePanel>['sessions'],
): PopupSection['items'] {
  const isLive = session.endedAtMs === null;
  return [
    { label: SESSIONS.open, run: () => openInTab(sessions.urlOf(session.sessionId)) },
    { label: SESSIONS.exportFile, run: () => onAsk({ what: 'export', session }) },
    {
      label: base ? COMPARE_SESSIONS.actionWith(base.name) : COMPARE_SESSIONS.action,
      isDisabled: base?.sessionId === session.sessionId,
      run: () => onCompare(session),
    },
    { label: SESSIONS.rename, run: () => onAsk({ what: 'name', session }) },
    { label: SESSIONS.notes, run: () => onAsk({ what: 'notes', session }) },
    {
      label: SESSIONS.pin,
      kind: 'check',
      isChecked: session.pinned,
      run: () => void sessions.pin(session, !session.pinned),
    },
    { label: SESSIONS.remove, isDisabled: isLive, run: () => void sessions.remove(session) },
  ];
}

function openInTab(url: string): void {
  window.open(url, '_blank', 'noreferrer');
}
