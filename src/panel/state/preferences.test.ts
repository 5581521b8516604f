import { describe, expect, it } from 'vitest';
import { asRecord } from '../../protocol/guards.ts';
import { createPreferences, type PreferenceStorage } from './preferences.ts';
import { storageFixture } from './storage-fixture.ts';

const storageOf = (entries: Readonly<Record<string, string>> = {}) => storageFixture(new Map(Object.entries(entries)));

const forbidden: PreferenceStorage = {
  get length(): number {
    throw new Error('forbidden');
  },
  key: () => null,
  getItem: () => {
    throw new Error('forbidden');
  },
  setItem: () => {
    throw new Error('full');
  },
  removeItem: () => undefined,
};

describe('preferences', () => {
  it('are as they were set', () => {
    const preferences = createPreferences(storageOf());
    preferences.set('share', 0.4);
    preferences.set('log', true);
    preferences.set('columns', { size: false });
    expect(preferences.number('share', 1)).toBe(0.4);
    expect(preferences.boolean('log', false)).toBe(true);
    expect(preferences.value('columns', asRecord)).toEqual({ size: false });
  });

  it.each(['nonsense', '{', 'null', '"text"', '1e999'])('fall back where %s is stored', (stored) => {
    const preferences = createPreferences(storageOf({ 'socketscope.x': stored }));
    expect(preferences.number('x', 7)).toBe(7);
    expect(preferences.boolean('x', true)).toBe(true);
  });

  it('give undefined to the parser where nothing is stored', () => {
    expect(createPreferences(storageOf()).value('x', (stored) => stored === undefined)).toBe(true);
  });

  it('are listed whole, and forgotten whole, without what others keep', () => {
    const items = new Map(Object.entries({ 'socketscope.b': '2', 'socketscope.a': '1', other: 'stays' }));
    const preferences = createPreferences(storageFixture(items));
    expect(Object.entries(preferences.all())).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    preferences.forget();
    expect([...items]).toEqual([['other', 'stays']]);
  });

  it('fall back where storage is forbidden', () => {
    const preferences = createPreferences(forbidden);
    preferences.set('x', 1);
    expect(preferences.number('x', 3)).toBe(3);
    expect(preferences.all()).toEqual({});
  });
});
