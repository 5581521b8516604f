/** The browser's own built-ins, captured like those of the language. See `primordials.ts`. */
import { type Bare, getOwnPropertyDescriptor, getterOf, quietly, unbound } from './primordials.ts';

export const page: Window & typeof globalThis = window;
const thisDocument = document;

export const NativeWebSocket = WebSocket;
export const socketPrototype = WebSocket.prototype;
export const socketUrl = getterOf(socketPrototype, 'url');
export const socketProtocol = getterOf(socketPrototype, 'protocol');
export const socketExtensions = getterOf(socketPrototype, 'extensions');
export const socketReadyState = getterOf(socketPrototype, 'readyState');
export const socketBufferedAmount = getterOf(socketPrototype, 'bufferedAmount');
const socketOnMessage = getterOf(socketPrototype, 'onmessage');
export function hasMessageHandler(socket: WebSocket): boolean {
  return socketOnMessage(socket) !== null;
}
export const eventTargetPrototype = EventTarget.prototype;
export const nativeClose = socketPrototype.close as (this: WebSocket, ...args: never[]) => unknown;
export const closeSocket: (socket: WebSocket) => void = unbound(socketPrototype.close);
export const sendNatively: (socket: WebSocket, data: never) => void = unbound(socketPrototype.send);
export const socketBinaryType = getterOf(socketPrototype, 'binaryType');
/** Ready states of the WebSocket interface. */
export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const CLOSED = 3;

type Listener = (this: EventTarget, event: Event) => void;
/** With a boolean, never a dictionary, as third argument: there is nothing for a page to meddle with. */
export const addListener = unbound(EventTarget.prototype.addEventListener) as (
  target: EventTarget,
  type: string,
  listener: Listener,
  capture: boolean,
) => void;
export const dispatch = unbound(EventTarget.prototype.dispatchEvent);
export const stopEvent = unbound(Event.prototype.stopImmediatePropagation);
export const eventTimeMs = getterOf(Event.prototype, 'timeStamp');
const eventPhase = getterOf(Event.prototype, 'eventPhase');
/** False once all listeners have been called. */
export function isBeingDispatched(event: Event): boolean {
  return eventPhase(event) !== 0;
}
export const errorText = getterOf(ErrorEvent.prototype, 'message') as (event: Event) => string;
export const messageData = getterOf(MessageEvent.prototype, 'data') as (event: Event) => unknown;
export const messageOrigin = getterOf(MessageEvent.prototype, 'origin') as (event: Event) => string;
export const closeCode = getterOf(CloseEvent.prototype, 'code') as (event: Event) => number;
export const closeReason = getterOf(CloseEvent.prototype, 'reason') as (event: Event) => string;
export const closeWasClean = getterOf(CloseEvent.prototype, 'wasClean') as (event: Event) => boolean;

export const NativeEvent: new (type: string) => Event = Event;
export const NativeMessageEvent: new (type: string, init: Bare<MessageEventInit>) => MessageEvent = MessageEvent;
export const NativeCloseEvent: new (type: string, init: Bare<CloseEventInit>) => CloseEvent = CloseEvent;

export const NativeBlob = Blob;
export const NativeDOMException = DOMException;
/** Where the engines differ: how long they wait for a close frame, and what they say. */
export const isGecko = getOwnPropertyDescriptor(page, 'mozInnerScreenX') !== undefined;

export const NativeMessageChannel = MessageChannel;
export const channelPort1 = getterOf(MessageChannel.prototype, 'port1');
export const channelPort2 = getterOf(MessageChannel.prototype, 'port2');
export const startPort = unbound(MessagePort.prototype.start);
export const postToPort = unbound(MessagePort.prototype.postMessage) as (port: MessagePort, message: null) => void;

/** A callback of ours for the browser: what it throws would be reported to the page. */
export function quiet(callback: (event: Event) => void): (event: Event) => void {
  return (event) => quietly(() => callback(event));
}

const thisPerformance = performance;
const performanceNow = unbound(Performance.prototype.now);
export function nowMs(): number {
  return performanceNow(thisPerformance);
}

const documentHidden = getterOf(Document.prototype, 'hidden');
export function isHidden(): boolean {
  return documentHidden(thisDocument);
}

const abortAfter = unbound(AbortSignal.timeout) as (self: typeof AbortSignal, delayMs: number) => AbortSignal;
const NativeAbortSignal = AbortSignal;
/**
 * Calls `callback` after `delayMs`, in a task of its own. Not with setTimeout: its ids are numbered per window, so a page
 * could count our timers. In a hidden tab it is as late as any timer (Chromium and Firefox: up to a second).
 */
export function callAfter(delayMs: number, callback: () => void): void {
  addListener(abortAfter(NativeAbortSignal, delayMs), 'abort', quiet(callback), false);
}

const NativeFileReader = FileReader;
const readAsArrayBuffer = unbound(FileReader.prototype.readAsArrayBuffer);
const readerResult = getterOf(FileReader.prototype, 'result');
/**
 * Reads a Blob; `done` is not called when that fails. By FileReader: the promise of Blob.arrayBuffer() would look up
 * `then` on the page's Object.prototype.
 */
export function readBlob(blob: Blob, done: (content: ArrayBuffer) => void): void {
  const reader = new NativeFileReader();
  addListener(
    reader,
    'load',
    quiet(() => done(readerResult(reader) as ArrayBuffer)),
    false,
  );
  readAsArrayBuffer(reader, blob);
}
