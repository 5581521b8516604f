/** A wrapper that un-wraps itself again, by what it remembers, as monitoring scripts do when they are switched off. */
import type { Noted } from './noted.ts';

const noted: Noted = { log: [] };
const { WebSocket: Native } = window;
const { send } = Native.prototype;
const descriptor = Object.getOwnPropertyDescriptor(window, 'WebSocket') as PropertyDescriptor;

window.WebSocket = new Proxy(Native, {
  construct(target, args, newTarget) {
    noted.log.push('constructed');
    return Reflect.construct(target, args, newTarget === window.WebSocket ? target : newTarget);
  },
});
Native.prototype.send = function visited(data) {
  noted.log.push('sent');
  return send.call(this, data);
};
Object.assign(window, {
  noted,
  leave() {
    Native.prototype.send = send;
    Object.defineProperty(window, 'WebSocket', descriptor);
    noted.log.push(`left: ${window.WebSocket === Native}`);
  },
});
