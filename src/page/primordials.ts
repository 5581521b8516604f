/**
 * The built-ins of the language, captured before any script of the page can change them. Imported first; from then on
 * the page's world counts as hostile: no method is looked up on a prototype, nothing is iterated, and every object that
 * the platform reads (descriptors, dictionaries, proxy handlers) has no prototype. `page-rules.test.ts` holds the line.
 *
 * What is here exists in Node too, so that the memory and the columns can be tested there; `platform.ts` has the rest.
 */

/** An object literal that inherits nothing: a page can put `get` or `value` on Object.prototype. */
export type Bare<Fields> = Fields & { readonly __proto__: null };

type Method<Self, Args extends unknown[], Result> = (this: Self, ...args: Args) => Result;

export const apply: <Self, Args extends unknown[], Result>(
  method: (this: Self, ...args: Args) => Result,
  self: Self,
  args: Args,
) => Result = Reflect.apply;
export const construct = Reflect.construct;
export const defineProperty: (target: object, key: PropertyKey, descriptor: Bare<PropertyDescriptor>) => boolean =
  Reflect.defineProperty;
export const getOwnPropertyDescriptor: (target: object, key: PropertyKey) => PropertyDescriptor | undefined =
  Reflect.getOwnPropertyDescriptor;

const setPrototypeOf = Reflect.setPrototypeOf;
const getPrototypeOf = Reflect.getPrototypeOf;
/** The object itself, inheriting nothing any more. */
export function bare<Fields extends object>(object: Fields): Bare<Fields> {
  setPrototypeOf(object, null);
  return object as Bare<Fields>;
}

const { bind, call } = Function.prototype;

/** `method` as a function that takes `this` as its first argument, with nothing left to be looked up. */
export function unbound<Self, Args extends unknown[], Result>(
  method: Method<Self, Args, Result>,
): (self: Self, ...args: Args) => Result {
  return apply(bind, call, [method]);
}

/** The getter of an accessor property, as a function of the object. It throws when the object is of another kind. */
export function getterOf<Self extends object, Name extends keyof Self & string>(
  prototype: Self,
  name: Name,
): (self: Self) => Self[Name] {
  return unbound(getOwnPropertyDescriptor(prototype, name)?.get as Method<Self, [], Self[Name]>);
}

export const functionPrototype = Function.prototype;
export const NativeProxy: new <Target extends object>(target: Target, handler: Bare<ProxyHandler<Target>>) => Target =
  Proxy;

export const isArray = Array.isArray as (value: unknown) => value is unknown[];
export const isView = ArrayBuffer.isView as (value: unknown) => value is ArrayBufferView<ArrayBuffer>;
export const parseJson: (text: string) => unknown = JSON.parse;

export const NativeWeakMap = WeakMap;
export const weakGet = unbound(WeakMap.prototype.get) as <Key extends WeakKey, Value>(
  map: WeakMap<Key, Value>,
  key: Key,
) => Value | undefined;
export const weakSet = unbound(WeakMap.prototype.set) as <Key extends WeakKey, Value>(
  map: WeakMap<Key, Value>,
  key: Key,
  value: Value,
) => unknown;
export const NativeWeakRef = WeakRef;
export const deref = unbound(WeakRef.prototype.deref) as <Target extends WeakKey>(
  reference: WeakRef<Target>,
) => Target | undefined;

export const min = Math.min;
export const max = Math.max;
export const ceil = Math.ceil;
export const imul = Math.imul;
export const round = Math.round;
export const sliceText = unbound(String.prototype.slice);
export const indexOfText = unbound(String.prototype.indexOf);
export const charCodeOf = unbound(String.prototype.charCodeAt);
export const fromCharCode = String.fromCharCode;
export const decodeBase64: (text: string) => string = atob;
export const NativeRegExp = RegExp;
export const execRegExp = unbound(RegExp.prototype.exec);
const iterator: typeof Symbol.iterator = Symbol.iterator;

export const Float64 = Float64Array;
export const Uint32 = Uint32Array;
export const Uint8 = Uint8Array;
const typedArray: Uint8Array = Reflect.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
/** Copies all of `source` to `target` at `offset`. Unlike slice() and the constructors it asks for no species. */
export const copyInto = unbound(typedArray.set) as (target: Uint8Array, source: Uint8Array, offset?: number) => void;
export const typedArrayBuffer = getterOf(typedArray, 'buffer');
export const typedArrayOffset = getterOf(typedArray, 'byteOffset');
export const typedArrayBytes = getterOf(typedArray, 'byteLength');
export const dataViewBuffer = getterOf(DataView.prototype, 'buffer');
export const dataViewOffset = getterOf(DataView.prototype, 'byteOffset');
export const dataViewBytes = getterOf(DataView.prototype, 'byteLength');
export const arrayBufferBytes = getterOf(ArrayBuffer.prototype, 'byteLength');

const textEncoder = new TextEncoder();
const encode = unbound(TextEncoder.prototype.encode);
/** Length in bytes of the UTF-8 form, at the engine's speed; lone surrogates count 3. */
export function countUtf8Bytes(text: string): number {
  return typedArrayBytes(encode(textEncoder, text));
}

const NativeDataView = DataView;
/** Whether it is a buffer, shared or not, of any realm; throws nothing. False for a detached one. */
export function isBuffer(value: object): boolean {
  try {
    // SharedArrayBuffer itself is hidden from most pages, but its instances are not (WebAssembly.Memory has them).
    construct(NativeDataView, [value]);
    return true;
  } catch {
    return false;
  }
}

export const cloneStructured: <Value>(value: Value) => Value = structuredClone;
export const blobBytes = getterOf(Blob.prototype, 'size');
export const sliceBlob = unbound(Blob.prototype.slice);

const NativeError = Error;
/** Firefox alone has it on the prototype. */
const inheritedStack = getOwnPropertyDescriptor(Error.prototype, 'stack')?.get;
/** V8 calls a function of this name to write a stack: the page's. Then there is none to be had. */
const PREPARER = 'prepareStackTrace';

/** The stack of the present call as the engine writes it, or null. Runs no code of the page. */
export function currentStack(): string | null {
  let asked: object | null = inheritedStack === undefined ? NativeError : null;
  while (asked !== null) {
    if (getOwnPropertyDescriptor(asked, PREPARER) !== undefined) return null;
    asked = getPrototypeOf(asked);
  }
  const error: Error = construct(NativeError, []);
  const own = getOwnPropertyDescriptor(error, 'stack');
  const read = own?.get ?? inheritedStack;
  const text: unknown = read === undefined ? own?.value : apply(read as (this: Error) => unknown, error, []);
  return typeof text === 'string' ? text : null;
}

/** Runs code of ours that must not fail in sight of the page: what it cannot observe is not recorded. */
export function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // The page comes first.
  }
}

/** One item for the platform to iterate over: an array would run the page's Array.prototype[Symbol.iterator]. */
export function iterable<Item>(item: Item): Item[] {
  let done = true;
  function next(): object {
    done = !done;
    return bare({ value: item, done });
  }
  return bare({ [iterator]: () => bare({ next }) }) as unknown as Item[];
}

/** Adds an item at the end. `array[array.length] = item` would run a setter that a page put on Array.prototype. */
export function append<Item>(array: Item[], item: Item): void {
  defineProperty(array, array.length, {
    __proto__: null,
    value: item,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
