/**
 * Replaces native functions by proxies that `Function.prototype.toString` cannot tell from them. The proxies have a
 * handler without a prototype and one trap; name, length, brand checks and errors are the native ones.
 */
import {
  apply,
  type Bare,
  bare,
  defineProperty,
  functionPrototype,
  getOwnPropertyDescriptor,
  NativeProxy,
  NativeWeakMap,
  weakGet,
  weakSet,
} from './primordials.ts';

type AnyFunction = (...args: never[]) => unknown;

/** Ours → what it stands for. Also tells the mask about itself. */
const originals = new NativeWeakMap<object, object>();

/** A proxy of `target` that prints as `target`. */
export function masked<Target extends object>(target: Target, handler: Bare<ProxyHandler<Target>>): Target {
  const proxy = new NativeProxy(target, handler);
  weakSet(originals, proxy, target);
  return proxy;
}

/**
 * Puts another function in the place of `holder[name]` (its value or its getter) and changes nothing else of the
 * property. False, and nothing done, when there is none, or it cannot be changed.
 */
export function replace(
  holder: object,
  name: string,
  part: 'value' | 'get',
  replacementOf: (original: AnyFunction) => AnyFunction,
): boolean {
  const descriptor = getOwnPropertyDescriptor(holder, name);
  const original: unknown = descriptor?.[part];
  if (descriptor?.configurable !== true || typeof original !== 'function') return false;
  descriptor[part] = replacementOf(original as AnyFunction) as () => unknown;
  return defineProperty(holder, name, bare(descriptor));
}

/** `toString` of this realm's functions prints the originals of our proxies, itself included. */
export function maskFunctionToString(): void {
  replace(functionPrototype, 'toString', 'value', (native) =>
    masked(native, {
      __proto__: null,
      apply: (target, self: object, args) => apply(target, (weakGet(originals, self) ?? self) as never, args as never),
    }),
  );
}
