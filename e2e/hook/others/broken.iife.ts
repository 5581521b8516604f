/**
 * Spoils one built-in, named in the URL (`?spoil=Map`), before anything else runs in the document: calls of it, of its
 * methods and of its constructor throw. What a page needs itself for its sockets must not depend on it.
 */
export {};

const path = new URLSearchParams(location.search).get('spoil') ?? '';
const steps = path.split('.');
const name = steps.pop() ?? '';
const holder = steps.reduce<Record<string, unknown>>((value, step) => value[step] as never, window as never);
const native = holder[name];

function spoilt(): never {
  throw new Error(`${path} is broken`);
}
if (path === 'Object.prototype') {
  for (const key of ['get', 'set', 'value', 'capture', 'once', 'signal', 'data', 'ports', 'construct', 'apply']) {
    Object.defineProperty(Object.prototype, key, { configurable: true, get: spoilt });
  }
} else if (typeof native === 'object') {
  for (const key of Reflect.ownKeys(native as object)) {
    if (typeof (native as never)[key] === 'function') Object.defineProperty(native, key, { value: spoilt });
  }
} else {
  Object.defineProperty(holder, name, { value: spoilt, configurable: true, writable: true });
}
