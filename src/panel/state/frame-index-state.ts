/** The indexes of the connections whose frames are listed, as far as they have been read. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { IndexNews } from '../index-worker/messages.ts';
import type { IndexEdge } from '../link/index-edge.ts';
import { createFrameIndex, type FrameIndex } from '../models/frame-index.ts';

/** While frames come, more are asked for this often. */
const INTERVAL_MS = 200;

export interface FrameIndexState {
  /** Changes when more is known. */
  readonly version: ReadonlySignal<number>;
  /** Null: nothing is known yet. */
  indexOf(connectionId: string): FrameIndex | null;
}

export interface FrameIndexInput {
  readonly edge: IndexEdge;
  /** Those that are listed. */
  readonly scope: ReadonlySignal<readonly ConnectionRecord[]>;
  callAfter(delayMs: number, callback: () => void): void;
}

interface Known {
  readonly edition: number;
  readonly index: FrameIndex;
}

export function createFrameIndexState({ edge, scope, callAfter }: FrameIndexInput): FrameIndexState {
  const version = signal(0);
  const known = new Map<string, Known>();
  /** Of a later edition, until it is as long as the one that is shown. */
  const coming = new Map<string, Known>();
  let isWaiting = false;
  let isStale = false;

  function onNews(news: IndexNews): void {
    if (news.kind === 'failed') return;
    const { connectionId, edition, slice } = news;
    if (!scope.peek().some((record) => record.connectionId === connectionId)) return;
    const shown = known.get(connectionId);
    if (!shown || shown.edition === edition) {
      const { index } = shown ?? start(known, connectionId, edition);
      index.append(slice);
    } else if (edition > shown.edition) {
      const before = coming.get(connectionId);
      const next = before?.edition === edition ? before : start(coming, connectionId, edition);
      next.index.append(slice);
      if (next.index.length < shown.index.length) return;
      known.set(connectionId, next);
      coming.delete(connectionId);
    } else return;
    version.value++;
  }

  function start(map: Map<string, Known>, connectionId: string, edition: number): Known {
    const entry = { edition, index: createFrameIndex() };
    map.set(connectionId, entry);
    return entry;
  }

  function ask(): void {
    isStale = false;
    const connections = scope.peek().map(({ connectionId, url, protocols, protocol, nextSeq }) => ({
      connectionId,
      url,
      protocols,
      protocol,
      toSeq: nextSeq,
    }));
    for (const map of [known, coming]) {
      for (const id of map.keys()) if (!connections.some(({ connectionId }) => connectionId === id)) map.delete(id);
    }
    edge.send({ kind: 'index', connections });
  }

  edge.listen(onNews, () => {
    known.clear();
    coming.clear();
    version.value++;
    if (scope.peek().length > 0) ask();
  });
  let asked = '';
  effect(() => {
    const wanted = scope.value.map(({ connectionId, nextSeq }) => `${connectionId} ${nextSeq}`).join();
    if (wanted === asked) return;
    asked = wanted;
    isStale = true;
    if (isWaiting) return;
    ask();
    isWaiting = true;
    const later = () => {
      isWaiting = isStale;
      if (!isStale) return;
      ask();
      callAfter(INTERVAL_MS, later);
    };
    callAfter(INTERVAL_MS, later);
  });

  return { version, indexOf: (connectionId) => known.get(connectionId)?.index ?? null };
}
