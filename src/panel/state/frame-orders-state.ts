/** What the user does to single frames: those that a fault holds are let go, edited or lost, and others are put in or sent again. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Direction, FaultPayload } from '../../protocol/fault.ts';
import { FRAME_BINARY, FRAME_OUT, FRAME_TRUNCATED } from '../../protocol/frame-columns.ts';
import { MAX_FAULT_PAYLOAD_CHARS, MAX_HELD_PREVIEW } from '../../protocol/limits.ts';
import type { DropOutcome, FrameOrder } from '../../protocol/panel-link.ts';
import type { ConnectionRecord, HeldFrame } from '../../protocol/records.ts';
import type { PanelLink } from '../link/panel-link.ts';
import type { LoadedFrame } from './chunk-cache.ts';

export interface HeldOnConnection {
  readonly record: ConnectionRecord;
  readonly frame: HeldFrame;
}

export interface FrameOrdersState {
  /** In the order in which they came. */
  readonly held: ReadonlySignal<readonly HeldOnConnection[]>;
  /** What became of the last order; null: nothing to say, it was done. */
  readonly failure: ReadonlySignal<Exclude<DropOutcome, 'done'> | null>;
  order(connectionId: string, order: FrameOrder): void;
}

export interface FrameOrdersInput {
  readonly link: Pick<PanelLink, 'orderFrame'>;
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
}

export function createFrameOrdersState({ link, connections }: FrameOrdersInput): FrameOrdersState {
  const failure = signal<Exclude<DropOutcome, 'done'> | null>(null);
  return {
    failure,
    held: computed(() =>
      connections.value
        .filter(({ goneAtMs, close }) => goneAtMs === null && close === null)
        .flatMap((record) => (record.held ?? []).map((frame) => ({ record, frame })))
        .sort((a, b) => a.frame.atMs - b.frame.atMs),
    ),
    order: (connectionId, order) => {
      failure.value = null;
      void link.orderFrame(connectionId, order).then((outcome) => {
        failure.value = outcome === 'done' ? null : outcome;
      });
    },
  };
}

/** Whether all of it is known, and is text: then it can be edited. */
export function editableText({ text }: HeldFrame): string | null {
  return text !== null && text.length < MAX_HELD_PREVIEW ? text : null;
}

/** The same frame again, in its direction; null when not all of it is known. */
export function resendOf(frame: LoadedFrame): { readonly direction: Direction; readonly payload: FaultPayload } | null {
  if (frame.flags & FRAME_TRUNCATED) return null;
  const direction = frame.flags & FRAME_OUT ? 'out' : 'in';
  if (!(frame.flags & FRAME_BINARY)) {
    const text = frame.text();
    return text.length <= MAX_FAULT_PAYLOAD_CHARS ? { direction, payload: { kind: 'text', text } } : null;
  }
  const bytes = frame.bytes();
  if (bytes === null || bytes.length > MAX_FAULT_PAYLOAD_CHARS / 2) return null;
  return { direction, payload: { kind: 'binary', base64: base64Of(bytes) } };
}

function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
