/** The page of the measurement: starts clients when told to. Nothing is shown. */
import { libraries } from './libraries.ts';
import { ownClients } from './own.ts';

declare global {
  interface Window {
    startVerdictClient?: (name: string, url: string, sockets: number) => void;
  }
}

/** Chromium holds handshakes back where many have failed and few succeeded; see `warmUp` in `measure.ts`. */
window.startVerdictClient = (name, url, sockets) => {
  const start = libraries[name] ?? ownClients[name];
  if (!start) throw new Error(`There is no client '${name}'.`);
  for (let i = 0; i < sockets; i++) start(url);
};
