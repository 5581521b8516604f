import { describe, expect, it } from 'vitest';
import { createFilterShelf } from './filter-shelf.ts';
import { createPreferences } from './preferences.ts';

function createStorage(entries: Readonly<Record<string, string>> = {}) {
  const map = new Map(Object.entries(entries));
  return {
    get length() {
      return map.size;
    },
    key: (index: number) => [...map.keys()][index] ?? null,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

describe('the shelf of filters', () => {
  it('keeps what is saved, in the order of names, for the next time', () => {
    const storage = createStorage();
    const shelf = createFilterShelf(createPreferences(storage));
    shelf.save({ name: 'b', text: 'dir:in' });
    shelf.save({ name: 'a', text: 'x' });
    shelf.save({ name: 'b', text: 'dir:out' });
    const again = createFilterShelf(createPreferences(storage));
    expect(again.saved.value).toEqual([
      { name: 'a', text: 'x' },
      { name: 'b', text: 'dir:out' },
    ]);
    again.remove('a');
    expect(createFilterShelf(createPreferences(storage)).saved.value.map(({ name }) => name)).toEqual(['b']);
  });

  it('remembers what was used lately, without what was typed on the way', () => {
    const shelf = createFilterShelf(createPreferences(createStorage()));
    for (const text of ['or', 'order', 'dir:in', 'order', '  ']) shelf.use(text);
    expect(shelf.recent.value).toEqual(['order', 'dir:in']);
  });

  it('starts empty from nonsense', () => {
    const storage = createStorage({
      'socketscope.savedFilters': '[1,{"name":2},{"name":"ok","text":"x"}]',
      'socketscope.recentFilters': '{"a":1}',
    });
    const shelf = createFilterShelf(createPreferences(storage));
    expect(shelf.saved.value).toEqual([{ name: 'ok', text: 'x' }]);
    expect(shelf.recent.value).toEqual([]);
  });
});
