import { describe, expect, it } from 'vitest';
import { type WheelFacts, wheelIntent } from './wheel-intent.ts';

const STILL: WheelFacts = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false };
const LANES = { isAboveLanes: false, canScroll: true };
const on = (facts: Partial<WheelFacts>, place = LANES) => wheelIntent({ ...STILL, ...facts }, place);

describe('the wheel', () => {
  it('scrolls lanes, and moves in time where they all fit', () => {
    expect(on({ deltaY: 100 })).toEqual({ kind: 'scroll' });
    expect(on({ deltaY: 100 }, { ...LANES, canScroll: false })).toEqual({ kind: 'pan', byPx: 100 });
  });

  it('moves in time when it goes sideways, or with shift', () => {
    expect(on({ deltaX: 30, deltaY: 4 })).toEqual({ kind: 'pan', byPx: 30 });
    expect(on({ deltaY: 100, shiftKey: true })).toEqual({ kind: 'pan', byPx: 100 });
  });

  it('counts lines as pixels, for Firefox', () => {
    expect(on({ deltaX: 3, deltaMode: 1 })).toEqual({ kind: 'pan', byPx: 48 });
  });

  it('zooms with ctrl or ⌘, and above the lanes', () => {
    for (const intent of [
      on({ deltaY: 100, ctrlKey: true }),
      on({ deltaY: 100, metaKey: true }),
      on({ deltaY: 100 }, { ...LANES, isAboveLanes: true }),
    ]) {
      expect(intent).toMatchObject({ kind: 'zoom' });
      expect(intent.kind === 'zoom' && intent.factor).toBeCloseTo(1.297, 2);
    }
  });

  it('zooms back to where it was', () => {
    const [out, back] = [on({ deltaY: 100, ctrlKey: true }), on({ deltaY: -100, ctrlKey: true })];
    expect(out.kind === 'zoom' && back.kind === 'zoom' && out.factor * back.factor).toBeCloseTo(1, 9);
  });

  it('takes the small steps of a pinch for more, and no step for too much', () => {
    const pinch = on({ deltaY: -4, ctrlKey: true });
    expect(pinch.kind === 'zoom' && pinch.factor).toBeCloseTo(0.961, 2);
    const wild = on({ deltaY: 5_000, ctrlKey: true });
    expect(wild.kind === 'zoom' && wild.factor).toBe(1.6);
  });
});
