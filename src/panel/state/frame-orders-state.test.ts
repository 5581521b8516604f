import { signal } from '@preact/signals';
import { describe, expect, it, vi } from 'vitest';
import { connectionRow } from '../../../e2e/panel/harness/rows.ts';
import { FRAME_BINARY, FRAME_OUT, FRAME_TRUNCATED } from '../../protocol/frame-columns.ts';
import { MAX_HELD_PREVIEW } from '../../protocol/limits.ts';
import type { DropOutcome } from '../../protocol/panel-link.ts';
import type { ConnectionRecord, HeldFrame } from '../../protocol/records.ts';
import { createFrameOrdersState, editableText, resendOf } from './frame-orders-state.ts';

const held = (heldId: number, atMs: number, text: string | null = 'x'): HeldFrame => ({
  heldId,
  fault: 'f',
  atMs,
  direction: 'in',
  text,
  bytes: null,
  sizeBytes: 1,
});

const frame = (flags: number, text: string, bytes: Uint8Array | null = new Uint8Array()) => ({
  seq: 0,
  atMs: 0,
  flags,
  sizeBytes: text.length,
  text: () => text,
  bytes: () => bytes,
});

describe('frames that are held', () => {
  it('are those of all connections, in the order in which they came', () => {
    const connections = signal<readonly ConnectionRecord[]>([
      connectionRow({ connectionId: 'doc/0', held: [held(1, 5), held(3, 9)] }),
      connectionRow({ connectionId: 'doc/1', held: [held(2, 7)] }),
      connectionRow({ connectionId: 'doc/2' }),
    ]);
    const { held: all } = createFrameOrdersState({ link: { orderFrame: vi.fn() }, connections });
    expect(all.value.map(({ frame: { heldId } }) => heldId)).toEqual([1, 2, 3]);
  });

  it('can be edited when all of their text is known', () => {
    expect(editableText(held(1, 1, 'all'))).toBe('all');
    expect(editableText(held(1, 1, ''))).toBe('');
    expect(editableText(held(1, 1, 'x'.repeat(MAX_HELD_PREVIEW)))).toBeNull();
    expect(editableText(held(1, 1, null))).toBeNull();
  });

  it('that could not be let go are told, until the next order', async () => {
    const outcomes: DropOutcome[] = ['notFound', 'done'];
    const orderFrame = vi.fn(async () => outcomes.shift() ?? 'failed');
    const state = createFrameOrdersState({ link: { orderFrame }, connections: signal([]) });
    const order = { kind: 'release', heldId: 1, payload: null, isLost: false } as const;
    state.order('doc/0', order);
    await vi.waitFor(() => expect(state.failure.value).toBe('notFound'));
    state.order('doc/0', order);
    expect(state.failure.value).toBeNull();
    await vi.waitFor(() => expect(outcomes).toEqual([]));
    expect(state.failure.value).toBeNull();
    expect(orderFrame).toHaveBeenCalledWith('doc/0', order);
  });
});

describe('a frame that is sent again', () => {
  it('goes its own way, whole', () => {
    expect(resendOf(frame(0, 'in'))).toEqual({ direction: 'in', payload: { kind: 'text', text: 'in' } });
    expect(resendOf(frame(FRAME_OUT | FRAME_BINARY, '', Uint8Array.of(1, 255)))).toEqual({
      direction: 'out',
      payload: { kind: 'binary', base64: 'Af8=' },
    });
  });

  it('is not, when not all of it is known', () => {
    expect(resendOf(frame(FRAME_TRUNCATED, 'beginning'))).toBeNull();
    expect(resendOf(frame(FRAME_BINARY, '', null))).toBeNull();
  });
});
