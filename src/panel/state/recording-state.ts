/**
 * The session that the panel shows: its documents and connections as they are now. Rows come from two sides, read from
 * the database when the panel attaches and told by the background when they change; what was told is never overwritten
 * by what was read before it.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { StoreFailureKind } from '../../protocol/panel-link.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord, SessionRecord } from '../../protocol/records.ts';
import { NO_PRESSURE, type Pressure } from '../../protocol/relay.ts';
import { storeFailureOf } from '../../store/failure.ts';
import type { PanelNews } from '../link/panel-link.ts';
import { oncePerFrame, type PanelEdges } from './edges.ts';
import { createOrderedRows } from './ordered-rows.ts';

export interface StoreFailure {
  readonly failure: StoreFailureKind;
  readonly detail: string;
}

export type ToldSettings = Pick<Extract<PanelNews, { kind: 'settings' }>, 'settings' | 'areSaved'>;

/** `connecting`: the background has not answered yet. `orphaned`: it never will, the extension was replaced. */
export type LinkStatus = 'connecting' | 'attached' | 'orphaned';

export interface RecordingState {
  readonly status: ReadonlySignal<LinkStatus>;
  readonly sessionId: ReadonlySignal<string | null>;
  /** Its own row, as read when the panel attached; null before that. */
  readonly session: ReadonlySignal<SessionRecord | null>;
  /** What was there when the panel attached has been read, and has been drawn. */
  readonly isShown: ReadonlySignal<boolean>;
  readonly isRecording: ReadonlySignal<boolean>;
  readonly failure: ReadonlySignal<StoreFailure | null>;
  readonly documents: ReadonlySignal<ReadonlyMap<string, DocumentRecord>>;
  /** In the order of their creation. */
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
  /** What happened beside the connections, as read last, with markers as they are now. */
  readonly context: ReadonlySignal<readonly ContextRecord[]>;
  /** Handshakes that came too fast for the background to find out whose they were. */
  readonly overlooked: ReadonlySignal<number>;
  /** What the page's documents hold back just now. */
  readonly pressure: ReadonlySignal<Pressure>;
  /** The user's settings; null before they are told. */
  readonly settings: ReadonlySignal<ToldSettings | null>;
  onNews(news: PanelNews): void;
  onOrphaned(): void;
  /** More may have been written beside the connections. */
  readContext(): void;
  /** A read of the source failed. */
  onSourceFailed(error: unknown): void;
}

/** Of so many connections, what changes is shown less often: with every frame of the screen, some would. */
const MANY_CONNECTIONS = 300;
const MANY_INTERVAL_MS = 500;

export function createRecordingState({ source, afterFrame, nowMs, callAfter }: PanelEdges): RecordingState {
  const status = signal<LinkStatus>('connecting');
  const sessionId = signal<string | null>(null);
  const session = signal<SessionRecord | null>(null);
  const isShown = signal(false);
  const isRecording = signal(false);
  const failure = signal<StoreFailure | null>(null);
  const documents = signal<ReadonlyMap<string, DocumentRecord>>(new Map());
  const connections = signal<readonly ConnectionRecord[]>([]);

  const context = signal<readonly ContextRecord[]>([]);
  const pressure = signal(NO_PRESSURE);
  const settings = signal<ToldSettings | null>(null);

  // What is published once per frame.
  const documentRows = new Map<string, DocumentRecord>();
  const connectionRows = createOrderedRows<ConnectionRecord>(
    ({ connectionId }) => connectionId,
    (a, b) => a.createdAtMs - b.createdAtMs || a.connection - b.connection,
  );
  const overlooked = signal(0);
  let areDocumentsStale = false;
  /** Rows told since the last attach: newer than what is being read. */
  const toldIds = new Set<string>();
  /** Likewise, by their numbers; null: taken away. */
  const toldMarks = new Map<number, ContextRecord | null>();

  let publishedAtMs = Number.NEGATIVE_INFINITY;
  let isPlanned = false;

  const publishSoon = oncePerFrame(afterFrame, () => {
    publishedAtMs = nowMs();
    batch(() => {
      if (areDocumentsStale) documents.value = new Map(documentRows);
      areDocumentsStale = false;
      connections.value = connectionRows.list();
    });
  });

  /** After the next frame, or after the first that comes when the interval is over. */
  function publish(): void {
    const waitMs = publishedAtMs + MANY_INTERVAL_MS - nowMs();
    if (connectionRows.size() < MANY_CONNECTIONS || waitMs <= 0) publishSoon();
    else if (!isPlanned) {
      isPlanned = true;
      // No longer, should the clock be set back.
      callAfter(Math.min(waitMs, MANY_INTERVAL_MS), () => {
        isPlanned = false;
        publishSoon();
      });
    }
  }

  function setDocument(row: DocumentRecord): void {
    documentRows.set(row.documentId, row);
    areDocumentsStale = true;
  }

  function onAttached(id: string, recording: boolean): void {
    toldIds.clear();
    toldMarks.clear();
    if (id !== sessionId.value) {
      documentRows.clear();
      areDocumentsStale = true;
      connectionRows.clear();
    }
    batch(() => {
      // At once, not in the next frame: what was cleared must not be seen or dropped any more.
      if (id !== sessionId.value) {
        documents.value = new Map();
        connections.value = [];
        context.value = [];
        session.value = null;
        isShown.value = false;
      }
      status.value = 'attached';
      sessionId.value = id;
      isRecording.value = recording;
      failure.value = null;
      overlooked.value = 0;
      pressure.value = NO_PRESSURE;
    });
    read(id).catch(onSourceFailed);
  }

  async function read(id: string): Promise<void> {
    const found = await source.session(id);
    if (id !== sessionId.value) return;
    session.value = found?.session ?? null;
    for (const row of found?.documents ?? []) if (!toldIds.has(row.documentId)) setDocument(row);
    for (const row of found?.connections ?? []) {
      if (!toldIds.has(row.connectionId)) connectionRows.set(row);
    }
    publishSoon();
    // When they have been drawn.
    afterFrame(() =>
      afterFrame(() => {
        if (id === sessionId.peek()) isShown.value = true;
      }),
    );
    await readContextOf(id);
  }

  async function readContextOf(id: string): Promise<void> {
    const rows = await source.context(id);
    if (id === sessionId.value) context.value = withTold(rows);
  }

  function onChanged(rows: Extract<PanelNews, { kind: 'changed' }>): void {
    if (rows.sessionId !== sessionId.value) return;
    for (const row of rows.documents) {
      toldIds.add(row.documentId);
      setDocument(row);
    }
    for (const row of rows.connections) {
      toldIds.add(row.connectionId);
      connectionRows.set(row);
    }
    failure.value = null;
    publish();
  }

  /** Markers have numbers; all else that is told is read, too, and would be there twice. */
  function onMarks({ sessionId: id, context: told }: Extract<PanelNews, { kind: 'evidence' }>): void {
    const marks = told.filter(({ kind }) => kind === 'marker');
    if (id !== sessionId.value || marks.length === 0) return;
    for (const row of marks) if (row.contextId !== undefined) toldMarks.set(row.contextId, row);
    context.value = withTold(context.value);
  }

  function onMarkRemoved({ sessionId: id, contextId }: Extract<PanelNews, { kind: 'markRemoved' }>): void {
    if (id !== sessionId.value) return;
    toldMarks.set(contextId, null);
    context.value = withTold(context.value);
  }

  function withTold(rows: readonly ContextRecord[]): readonly ContextRecord[] {
    const others = rows.filter(({ contextId }) => contextId === undefined || !toldMarks.has(contextId));
    return [...others, ...[...toldMarks.values()].filter((row) => row !== null)];
  }

  function onRemoved({ sessionId: id, connectionIds }: Extract<PanelNews, { kind: 'removed' }>): void {
    if (id !== sessionId.value) return;
    for (const connectionId of connectionIds) {
      toldIds.add(connectionId);
      connectionRows.delete(connectionId);
    }
    publishSoon();
  }

  function onSourceFailed(error: unknown): void {
    failure.value = storeFailureOf(error);
  }

  return {
    status,
    sessionId,
    session,
    isShown,
    isRecording,
    failure,
    documents,
    connections,
    context,
    overlooked,
    pressure,
    settings,
    onNews: (news) => {
      switch (news.kind) {
        case 'attached':
          onAttached(news.sessionId, news.recording);
          return;
        case 'changed':
          onChanged(news);
          return;
        case 'evidence':
          onMarks(news);
          return;
        case 'markRemoved':
          onMarkRemoved(news);
          return;
        case 'removed':
          onRemoved(news);
          return;
        case 'outside':
          if (news.sessionId === sessionId.value) overlooked.value = news.overlooked;
          return;
        case 'pressure':
          pressure.value = { heldBackBytes: news.heldBackBytes, leftOut: news.leftOut };
          return;
        case 'settings':
          settings.value = { settings: news.settings, areSaved: news.areSaved };
          return;
        case 'storeFailed':
          failure.value = { failure: news.failure, detail: news.detail };
      }
    },
    onOrphaned: () => {
      status.value = 'orphaned';
    },
    readContext: () => {
      const id = sessionId.value;
      if (id !== null) readContextOf(id).catch(onSourceFailed);
    },
    onSourceFailed,
  };
}
