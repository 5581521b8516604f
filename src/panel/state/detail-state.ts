/**
 * What is shown of the selected frame: its payload as the worker took it apart, what was chosen to view it as, what is
 * searched in it, and where the cursor is. Made when the detail view is opened first, and kept as long as the panel.
 */
import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Frame } from '../../decoders/frame.ts';
import { PROTOCOLS, protocolById } from '../../decoders/protocols.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { createPayloadDesk } from '../link/payload-worker.ts';
import { factsOf } from '../models/content.ts';
import type { OpenedPayload, PayloadDesk, ProtoText, Spot } from '../payload-worker/messages.ts';
import { type AnswerLinks, findAnswers, frameAt, NO_LINKS } from './answers.ts';
import type { LoadedFrame } from './chunk-cache.ts';
import type { PanelState } from './panel-state.ts';

/** What stands in the frame, before anything is decoded. */
export interface FrameBody {
  readonly frame: LoadedFrame;
  /** Null: binary. */
  readonly text: string | null;
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

export interface Found {
  readonly text: string;
  readonly count: number;
  /** -1: none has been gone to. */
  readonly index: number;
}

export interface DetailState {
  /** Null: nothing is selected, or the bytes have not come. */
  readonly body: ReadonlySignal<FrameBody | null>;
  /** Of `body`; null while it is being taken apart. */
  readonly opened: ReadonlySignal<OpenedPayload | null>;
  readonly isFailed: ReadonlySignal<boolean>;
  /** Changes with everything that rows of the tree depend on. */
  readonly version: ReadonlySignal<number>;
  readonly desk: PayloadDesk;
  readonly viewAs: ReadonlySignal<string | null>;
  chooseView(id: string | null): void;
  readonly proto: ReadonlySignal<ProtoText | null>;
  setProto(proto: ProtoText | null): void;
  readonly found: ReadonlySignal<Found>;
  find(text: string): void;
  step(by: 1 | -1): void;
  /** The row that is to be in view, and is active; a new object each time. */
  readonly spot: ReadonlySignal<Spot | null>;
  /** Brings the value that stands at a byte into view. */
  goToByte(byte: number): Promise<void>;
  /** Something was opened or closed. */
  change(work: Promise<unknown>): Promise<void>;
  /** Bytes that are marked, by a value or by the user. */
  readonly marked: ReadonlySignal<ByteRange | null>;
  mark(range: ByteRange | null): void;
  readonly links: ReadonlySignal<AnswerLinks>;
}

const FIRST_FRAMES = 12;
/** Of each first frame; protocols say in the beginning who they are. */
const MAX_FIRST_CHARS = 65_536;
const NOTHING_FOUND: Found = { text: '', count: 0, index: -1 };
const MAX_CHOICES = 200;

const states = new WeakMap<PanelState, DetailState>();

export function detailStateOf(panel: PanelState): DetailState {
  let state = states.get(panel);
  if (!state) {
    state = createDetailState(panel);
    states.set(panel, state);
  }
  return state;
}

function createDetailState(panel: PanelState): DetailState {
  const { frames, selected, source, preferences } = panel;
  const desk = createPayloadDesk({
    callAfter: (delayMs, callback) => {
      setTimeout(callback, delayMs);
    },
  });
  const yieldToOthers = () => new Promise<void>((resolve) => setTimeout(resolve));

  const opened = signal<OpenedPayload | null>(null);
  const isFailed = signal(false);
  const version = signal(0);
  const found = signal<Found>(NOTHING_FOUND);
  const spot = signal<Spot | null>(null);
  const marked = signal<ByteRange | null>(null);
  const links = signal<AnswerLinks>(NO_LINKS);
  const views = signal(preferences.value('detail.viewAs', asChoices));
  const protos = signal(preferences.value('detail.proto', asProtos));

  const endpoint = computed(() => (selected.value ? endpointOf(selected.value) : ''));
  const viewAs = computed(() => views.value[endpoint.value] ?? null);
  const proto = computed(() => protos.value[endpoint.value] ?? null);

  /** The same frame is found anew whenever its chunk has been read again: it stays the same body. */
  let lastBody: FrameBody | null = null;
  let lastKey = '';
  const body = computed((): FrameBody | null => {
    const frame = frames.selectedFrame.value;
    const connectionId = selected.value?.connectionId;
    if (!frame) return null;
    const { kind, isTruncated: isCut } = factsOf(frame.flags);
    const bytes = kind === 'text' ? new Uint8Array() : frame.bytes();
    if (!bytes) return null;
    const text = kind === 'text' ? frame.text() : null;
    const key = `${connectionId} ${frame.seq} ${text?.length ?? -1} ${bytes.length}`;
    if (key !== lastKey || !lastBody) {
      lastKey = key;
      lastBody = { frame, text, bytes, isCut };
    }
    return lastBody;
  });

  let lastFirst: { readonly connectionId: string; readonly frames: readonly Frame[] } | null = null;
  let lastFind = 0;
  let lastRun = 0;
  effect(() => {
    const shown = body.value;
    const choice = viewAs.value;
    const chosenProto = proto.value;
    const record = untracked(() => selected.value);
    const run = ++lastRun;
    opened.value = null;
    isFailed.value = false;
    links.value = NO_LINKS;
    marked.value = null;
    spot.value = null;
    if (!shown || !record) return;
    void open(run, shown, record, choice, chosenProto);
  });

  async function open(
    run: number,
    shown: FrameBody,
    record: ConnectionRecord,
    choice: string | null,
    chosen: ProtoText | null,
  ) {
    try {
      const { url, protocols, protocol } = record;
      const { isOut } = factsOf(shown.frame.flags);
      const first = await firstFrames(record);
      // Large payloads have just been read from the database in this task, and are copied to the worker in the next.
      await yieldToOthers();
      if (run !== lastRun) return;
      const result = await desk.open({
        content: shown.text ?? shown.bytes,
        isOut,
        isCut: shown.isCut,
        opening: { url, protocols, protocol },
        first: first.map(({ isOut, content, sizeBytes }) => ({
          isOut,
          content: content.slice(0, MAX_FIRST_CHARS),
          sizeBytes,
        })),
        viewAs: choice,
        proto: chosen,
      });
      if (run !== lastRun) return;
      opened.value = result;
      version.value++;
      const { text } = found.peek();
      if (text !== '') find(text);
      await link(run, shown, record, result.protocolId);
    } catch {
      if (run === lastRun) isFailed.value = true;
    }
  }

  async function link(
    run: number,
    { frame }: FrameBody,
    record: ConnectionRecord,
    protocolId: string | null,
  ): Promise<void> {
    const protocol = protocolById(protocolId ?? 'home-made') ?? PROTOCOLS.at(-1);
    if (!protocol) return;
    const { connectionId, nextSeq } = record;
    const isOver = () => run !== lastRun;
    const result = await findAnswers({
      source: { chunks: source.chunks, payloadOf: frames.payloadOf },
      connectionId,
      nextSeq,
      seq: frame.seq,
      protocol,
      yieldToOthers,
      isOver,
    });
    if (!isOver()) links.value = result;
  }

  async function firstFrames({ connectionId, nextSeq }: ConnectionRecord): Promise<readonly Frame[]> {
    const wanted = Math.min(FIRST_FRAMES, nextSeq);
    if (lastFirst?.connectionId === connectionId && lastFirst.frames.length >= wanted) return lastFirst.frames;
    const chunks = await source.chunks(connectionId, 0, FIRST_FRAMES);
    const all: Frame[] = [];
    for (const chunk of chunks) {
      const payload = await frames.payloadOf(chunk);
      const end = Math.min(FIRST_FRAMES, chunk.firstSeq + chunk.count);
      for (let seq = chunk.firstSeq; payload && seq < end; seq++) all.push(frameAt(chunk, payload, seq));
    }
    lastFirst = { connectionId, frames: all };
    return all;
  }

  function find(text: string): void {
    const run = ++lastFind;
    found.value = { text, count: 0, index: -1 };
    desk.find(text).then(
      (count) => {
        if (run !== lastFind) return;
        found.value = { text, count, index: -1 };
        version.value++;
        if (count > 0) step(1);
      },
      () => undefined,
    );
  }

  function step(by: 1 | -1): void {
    const { text, count, index } = found.peek();
    if (count === 0) return;
    const next = (Math.max(index, by < 0 ? 0 : -1) + by + count) % count;
    found.value = { text, count, index: next };
    void goTo(desk.match(next));
  }

  async function goTo(asked: Promise<Spot | null>): Promise<void> {
    const where = await asked.catch(() => null);
    if (!where) return;
    version.value++;
    spot.value = where;
  }

  function remember<Value>(all: Readonly<Record<string, Value>>, value: Value | null): Readonly<Record<string, Value>> {
    const { [endpoint.peek()]: _, ...rest } = all;
    const kept = Object.fromEntries(Object.entries(rest).slice(1 - MAX_CHOICES));
    return value === null ? kept : { ...kept, [endpoint.peek()]: value };
  }

  return {
    body,
    opened,
    isFailed,
    version,
    desk,
    viewAs,
    chooseView: (id) => {
      views.value = remember(views.peek(), id);
      preferences.set('detail.viewAs', views.peek());
    },
    proto,
    setProto: (next) => {
      protos.value = remember(protos.peek(), next);
      preferences.set('detail.proto', protos.peek());
    },
    found,
    find,
    step,
    spot,
    goToByte: (byte) => goTo(desk.atByte(byte)),
    change: async (work) => {
      await work.catch(() => undefined);
      version.value++;
    },
    marked,
    mark: (range) => {
      marked.value = range;
    },
    links,
  };
}

/** By which choices are remembered: the next connection to it is spoken to in the same way. */
function endpointOf({ url }: ConnectionRecord): string {
  return url.replace(/[?#].*$/, '');
}

function entriesOf(stored: unknown): readonly (readonly [string, unknown])[] {
  return typeof stored === 'object' && stored !== null ? Object.entries(stored).slice(-MAX_CHOICES) : [];
}

function asChoices(stored: unknown): Readonly<Record<string, string>> {
  const entries = entriesOf(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}

function asProtos(stored: unknown): Readonly<Record<string, ProtoText>> {
  const entries = entriesOf(stored).flatMap(([key, value]): [string, ProtoText][] => {
    const { source, inType, outType } = (value ?? {}) as Partial<Record<keyof ProtoText, unknown>>;
    const isProto = typeof source === 'string' && typeof inType === 'string' && typeof outType === 'string';
    return isProto ? [[key, { source, inType, outType }]] : [];
  });
  return Object.fromEntries(entries);
}
