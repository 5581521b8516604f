/** A wrapper as another extension would make it: proxies over the constructor, the methods and toString. */
import type { Noted } from './noted.ts';

const noted: Noted = { log: [] };
const { prototype } = window.WebSocket;
const nativePrint = Function.prototype.toString;
const originals = new Map<unknown, unknown>();
function wrap<Target extends object>(name: string, target: Target): Target {
  const proxy = new Proxy(target, {
    construct(native, args, newTarget) {
      noted.log.push(`new ${name}`);
      return Reflect.construct(native as never, args, newTarget);
    },
    apply(native, self, args) {
      noted.log.push(name);
      return Reflect.apply(native as never, self, args);
    },
  });
  originals.set(proxy, target);
  return proxy;
}
window.WebSocket = wrap('WebSocket', window.WebSocket);
prototype.constructor = window.WebSocket;
prototype.send = wrap('send', prototype.send);
prototype.close = wrap('close', prototype.close);
Function.prototype.toString = function printed(this: unknown) {
  return nativePrint.call(originals.get(this) ?? this);
};
Object.assign(window, { noted });
