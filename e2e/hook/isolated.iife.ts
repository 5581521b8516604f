/**
 * Plays the content script in a throw-away extension, in the real isolated world: parses what arrives (which works only
 * with typed arrays of its own realm) and shows what it got as JSON in attributes of the top document, where the page of
 * the test can read it.
 */
import { receivePage } from '../../src/content/receive.ts';
import { HANDOFF_EVENT } from '../../src/protocol/handoff.ts';
import { parsePageMessage, parsePageReport } from '../../src/protocol/page-report.ts';

interface Heard {
  frames: string[];
  kinds: string[];
  refused: number;
  isOwnRealm: boolean;
}

const heard: Heard = { frames: [], kinds: [], refused: 0, isOwnRealm: true };
const name = location.search.slice(1) || 'top';

function show(): void {
  try {
    const { documentElement } = (window.top ?? window).document;
    documentElement.setAttribute(`data-${name}`, JSON.stringify(heard));
  } catch {
    // another origin: nothing to show
  }
}

const link = receivePage((value) => {
  const message = parsePageMessage(value);
  if (message === null) heard.refused++;
  if (message?.kind === 'socketsExist') link.send({ kind: 'record', history: 'ring' });
  if (message?.kind === 'reports') {
    heard.isOwnRealm &&= Object.getPrototypeOf(message) === Object.prototype;
    for (const raw of message.reports) {
      const report = parsePageReport(raw);
      if (report === null) heard.refused++;
      else heard.kinds.push(report.kind);
      if (report?.kind !== 'framesCaptured') continue;
      const { columns } = report;
      heard.isOwnRealm &&= columns.atMs instanceof Float64Array;
      for (let i = 0; i < columns.count; i++) {
        heard.frames.push(
          columns.text.slice(columns.textEnds[i - 1] ?? 0, columns.textEnds[i]) ||
            String(columns.bytes.slice(columns.byteEnds[i - 1] ?? 0, columns.byteEnds[i])),
        );
      }
    }
  }
  show();
});

// The page asks; what it had to say must be here when this returns.
document.addEventListener('flush-now', () => link.send({ kind: 'flush' }), true);
// After everything else that is listening.
window.addEventListener(HANDOFF_EVENT, () => document.documentElement.setAttribute('data-leaked', 'isolated'));
