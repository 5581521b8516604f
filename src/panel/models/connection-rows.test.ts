import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectionRecord, UNTOUCHED } from '../../protocol/records.ts';
import {
  CONNECTION_COLUMNS,
  type ConnectionRowsInput,
  connectionRows,
  GROUPINGS,
  nextSort,
} from './connection-rows.ts';

function recordOf(connection: number, fields: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    ...UNTOUCHED,
    connectionId: `c${connection}`,
    sessionId: 's',
    documentId: 'd',
    connection,
    url: 'wss://x.test/',
    createdAtMs: connection,
    ...fields,
  };
}

const SIMPLE: ConnectionRowsInput = {
  records: [],
  sort: null,
  grouping: 'none',
  keyOf: ({ url }) => url,
  closedGroups: new Set(),
  downMsOf: () => null,
  isDevServer: () => false,
  areDevServersOpen: false,
  protocolOf: ({ protocol }) => protocol ?? '',
  nowMs: 1_000,
};

/** As a text: `+key` an open group, `-key` a closed one, `*` the dev servers, and connections by their ids. */
function drawn(input: Partial<ConnectionRowsInput>): string {
  return connectionRows({ ...SIMPLE, ...input })
    .map((row) => {
      if (row.kind === 'connection') return row.record.connectionId;
      return row.kind === 'group' ? `${row.isOpen ? '+' : '-'}${row.key}` : `*${row.records.length}`;
    })
    .join(' ');
}

const sized = [30, 10, 20, 10].map((framesIn, i) => recordOf(i, { framesIn }));

describe('rows of connections', () => {
  it('are in the order of their creation until a column is chosen', () => {
    expect(drawn({ records: sized })).toBe('c0 c1 c2 c3');
    expect(drawn({ records: sized, sort: { column: 'framesIn', isDescending: false } })).toBe('c1 c3 c2 c0');
    expect(drawn({ records: sized, sort: { column: 'framesIn', isDescending: true } })).toBe('c0 c2 c1 c3');
  });

  it('without a value in the column come last either way', () => {
    const records = [recordOf(0), recordOf(1, { openedAtMs: 5 }), recordOf(2, { openedAtMs: 3 })];
    expect(drawn({ records, sort: { column: 'opened', isDescending: false } })).toBe('c2 c1 c0');
    expect(drawn({ records, sort: { column: 'opened', isDescending: true } })).toBe('c1 c2 c0');
  });

  it('sort texts as people count', () => {
    const records = ['/room10', '/room2', '/room1'].map((url, i) => recordOf(i, { url }));
    expect(drawn({ records, sort: { column: 'url', isDescending: false } })).toBe('c2 c1 c0');
  });

  it('stand in groups where their first members stand', () => {
    const records = ['/b', '/a', '/b'].map((url, i) => recordOf(i, { url }));
    expect(drawn({ records, grouping: 'url' })).toBe('+/b c0 c2 +/a c1');
    expect(drawn({ records, grouping: 'url', closedGroups: new Set(['/b']) })).toBe('-/b +/a c1');
    expect(drawn({ records, grouping: 'url', sort: { column: 'url', isDescending: false } })).toBe('+/a c1 +/b c0 c2');
  });

  it('of dev servers are one, at the end, until it is opened', () => {
    const records = [recordOf(0, { url: '/hmr' }), recordOf(1), recordOf(2, { url: '/hmr' })];
    const isDevServer = ({ url }: ConnectionRecord) => url === '/hmr';
    expect(drawn({ records, isDevServer })).toBe('c1 *2');
    expect(drawn({ records, isDevServer, areDevServersOpen: true })).toBe('c1 *2 c0 c2');
  });

  it('are each there once, in an order that a naive sort gives, whatever is asked', () => {
    const record = fc.record({
      framesIn: fc.nat(5),
      url: fc.constantFrom('/a', '/b', '/c'),
      openedAtMs: fc.option(fc.nat(5)),
      protocol: fc.option(fc.constantFrom('', 'x', 'y')),
    });
    const sort = fc.option(fc.record({ column: fc.constantFrom(...CONNECTION_COLUMNS), isDescending: fc.boolean() }));
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 30 }),
        sort,
        fc.constantFrom(...GROUPINGS),
        (fields, chosen, grouping) => {
          const records = fields.map((each, i) => recordOf(i, each));
          const rows = connectionRows({ ...SIMPLE, records, sort: chosen, grouping });
          const ids = rows.flatMap((row) => (row.kind === 'connection' ? row.record.connection : []));
          expect([...ids].sort((a, b) => a - b)).toEqual(records.map(({ connection }) => connection));
          const isPlain = grouping === 'none';
          if (isPlain && chosen?.column === 'framesIn') {
            const sign = chosen.isDescending ? -1 : 1;
            const naive = records
              .map(({ framesIn, connection }) => ({ framesIn, connection }))
              .sort((a, b) => sign * (a.framesIn - b.framesIn) || a.connection - b.connection);
            expect(ids).toEqual(naive.map(({ connection }) => connection));
          }
          for (const row of rows) {
            if (row.kind === 'group') expect(new Set(row.records.map(SIMPLE.keyOf))).toEqual(new Set([row.key]));
          }
        },
      ),
      { seed: 6 },
    );
  });

  it('are sorted by a click on a head, the other way by the next, and as they came by the third', () => {
    const first = nextSort(null, 'url');
    const second = nextSort(first, 'url');
    expect([first, second, nextSort(second, 'url'), nextSort(second, 'close')]).toEqual([
      { column: 'url', isDescending: false },
      { column: 'url', isDescending: true },
      null,
      { column: 'close', isDescending: false },
    ]);
  });
});
