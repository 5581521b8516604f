/** Runs the tables of attacks in one browser. What must hold for every attack is here; what is special is in its table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserKind, Tab } from '../browsers/browser.ts';
import { type Arena, openArena } from './arena.ts';
import type { Attack } from './attack.ts';
import { acting } from './attacks/acting.ts';
import { detection } from './attacks/detection.ts';
import { flooding } from './attacks/flooding.ts';
import { forgery } from './attacks/forgery.ts';
import { identity } from './attacks/identity.ts';
import { poison } from './attacks/poison.ts';
import { text } from './attacks/text.ts';
import { theft } from './attacks/theft.ts';
import { rejectedIn } from './extension-state.ts';

const TABLES: Readonly<Record<string, readonly Attack[]>> = {
  'forged messages': forgery,
  'stolen ports': theft,
  'stolen identities': identity,
  flooding,
  'hostile text': text,
  detection,
  'poisoned built-ins': poison,
  'making it act': acting,
};

export function describeAttacks(kind: BrowserKind): void {
  let arena: Arena;
  beforeAll(async () => {
    arena = await openArena(kind);
  });
  afterAll(() => arena?.close());

  for (const [title, attacks] of Object.entries(TABLES)) {
    describe(title, () => {
      for (const attack of attacks) {
        const run = attack.fails?.[kind] === undefined ? it : it.fails;
        run(attack.name, () => expectHarmless(arena, attack));
      }
    });
  }

  describe('after all of them', () => {
    it('the background has run without an uncaught error', async () => {
      expect(await arena.backgroundErrors()).toEqual([]);
    });

    it('another tab was recorded all the while, frame by frame', async () => {
      const { state, exchanges } = await arena.bystander();
      expect(state.documents).toHaveLength(1);
      expect(rejectedIn(state)).toBe(0);
      expect(state.connections).toMatchObject([
        { framesIn: exchanges, framesOut: exchanges, framesMissed: 0, close: null },
      ]);
    });
  });
}

async function expectHarmless(arena: Arena, attack: Attack): Promise<void> {
  // Everybody else is recorded meanwhile, and afterwards.
  const [native, recorded] = await Promise.all([
    arena.runNatively(attack),
    arena.runRecorded(attack),
    arena.bystander(),
  ]);
  const { outcome, state, panel } = recorded;
  try {
    expect([native.outcome.failed, outcome.failed]).toEqual([undefined, undefined]);
    // The page: all that it can perceive is what it perceives in a bare browser.
    expect(outcome.sees ?? null).toEqual(native.outcome.sees ?? null);
    expect(outcome.errors).toEqual(native.outcome.errors);
    if (attack.consoleDiffers === undefined) expect(recorded.console).toEqual(native.console);
    // The extension: refusals are counted, all the rest is in `holds`.
    if (typeof attack.rejected === 'object') expect(rejectedIn(state)).toBeGreaterThanOrEqual(attack.rejected.atLeast);
    else expect(rejectedIn(state)).toBe(attack.rejected ?? 0);
    await attack.holds?.({
      kind: arena.kind,
      notes: outcome.notes ?? {},
      nativeNotes: native.outcome.notes ?? {},
      state,
      panel,
    });
    await expectShown(panel, rejectedIn(state));
    expect(await panel.evaluate(findIntrusions)).toEqual([]);
    await arena.bystander();
  } finally {
    await recorded.dismiss();
  }
}

/** The panel lives, and shows what was refused. */
async function expectShown(panel: Tab, rejected: number): Promise<void> {
  // Brings its tab to the front: browsers draw next to nothing in one that nobody sees.
  await panel.click('.status');
  await panel.waitFor((count) => {
    const warnings = [...document.querySelectorAll('.status-warning')].map(({ textContent }) => textContent ?? '');
    const isCounted = warnings.some((warning) => warning.includes(`${count} forged message`));
    return document.querySelector('.status-recording') !== null && (isCounted || count === '0');
  }, rejected.toLocaleString('en-US'));
}

/** Runs in the panel: what a page's text could have turned into. Attacks mark their markup with the class "pwned". */
function findIntrusions(): readonly string[] {
  const found = [...document.querySelectorAll('.pwned, iframe, object, embed, [href^="javascript:" i], [src^="http"]')];
  const intrusions = found.map(({ outerHTML }) => outerHTML.slice(0, 200));
  return 'pwned' in window ? [...intrusions, 'a script of the page has run'] : intrusions;
}
