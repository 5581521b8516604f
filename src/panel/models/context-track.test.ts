import { describe, expect, it } from 'vitest';
import type { ContextRecord } from '../../protocol/records.ts';
import { circumstanceAt, contextTrack, isEmptyTrack, layoutContext } from './context-track.ts';
import { documentFixture } from './fixtures.ts';

function at(atMs: number, kind: ContextRecord['kind'], fields: Partial<ContextRecord> = {}): ContextRecord {
  return { sessionId: 'session', documentId: 'doc', connectionId: null, atMs, kind, ...fields };
}

describe('the track of what happened around connections', () => {
  it('has a span for each time of being hidden, offline or asleep', () => {
    const context = [
      at(100, 'hidden'),
      at(300, 'visible'),
      at(400, 'offline'),
      at(450, 'online'),
      at(900, 'woke', { durationMs: 200 }),
    ];
    expect(contextTrack(context, [], 1_000).spans).toEqual([
      { kind: 'hidden', fromMs: 100, toMs: 300 },
      { kind: 'asleep', fromMs: 700, toMs: 900 },
      { kind: 'offline', fromMs: 400, toMs: 450 },
    ]);
  });

  it('takes what every document tells for one thing', () => {
    const context = [
      at(100, 'hidden'),
      at(101, 'hidden', { documentId: 'frame' }),
      at(300, 'visible'),
      at(302, 'visible', { documentId: 'frame' }),
    ];
    expect(contextTrack(context, [], 1_000).spans).toEqual([{ kind: 'hidden', fromMs: 100, toMs: 302 }]);
  });

  it('lets what lasts go on until now, or until its document is gone', () => {
    const context = [at(100, 'hidden'), at(200, 'offline', { documentId: 'gone' })];
    const documents = [documentFixture(), documentFixture({ documentId: 'gone', frameId: 3, goneAtMs: 500 })];
    expect(contextTrack(context, documents, 1_000).spans).toEqual([
      { kind: 'hidden', fromMs: 100, toMs: 1_000 },
      { kind: 'offline', fromMs: 200, toMs: 500 },
    ]);
  });

  it('knows when the tab went to another page', () => {
    const documents = [
      documentFixture({ documentId: 'a', openedAtMs: 10 }),
      documentFixture({ documentId: 'frame', openedAtMs: 20, frameId: 7 }),
      documentFixture({ documentId: 'b', openedAtMs: 30 }),
    ];
    expect(contextTrack([], documents, 1_000).navigationsMs).toEqual([30]);
  });

  it('is empty where nothing happened, also with an end without a beginning', () => {
    expect(isEmptyTrack(contextTrack([at(5, 'visible'), at(6, 'online')], [documentFixture()], 10))).toBe(true);
  });

  it('shows what is in view, and clips it', () => {
    const track = contextTrack([at(100, 'hidden'), at(300, 'visible'), at(900, 'offline')], [], 1_000);
    const scale = { fromMs: 200, toMs: 400, leftPx: 10, widthPx: 100 };
    expect(layoutContext(track, scale).spans).toEqual([{ kind: 'hidden', fromPx: 10, toPx: 60 }]);
    expect(circumstanceAt(track, 250)?.kind).toBe('hidden');
    expect(circumstanceAt(track, 500)).toBeNull();
  });
});
