/** The page of the measurement: starts clients when told to. Nothing is shown. */
import { libraries } from './libraries.ts';
import { ownClients } from './own.ts';

declare global {
  interface Window {
    startVerdictClient?: (name: string, url: string, sockets: number) => void;
  }
}

/** Each socket gets a path of its own, so that it is known which socket an attempt belongs to. */
window.startVerdictClient = (name, url, sockets) => {
  const start = libraries[name] ?? ownClients[name];
  if (!start) throw new Error(`There is no client '${name}'.`);
  for (let i = 0; i < sockets; i++) {
    const own = new URL(url);
    own.pathname += String(i);
    start(own.href);
  }
};
