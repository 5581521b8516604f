import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyCharacter } from '../../e2e/arbitraries.ts';
import { bytesOf, FRAME_OUT, parseFrameColumns, textOf } from '../protocol/frame-columns.ts';
import { buildColumns } from './columns.ts';
import { binaryPayload, textPayload } from './payload.ts';
import { addConnection, addFrame, createRing } from './ring.ts';

const frames = fc.array(
  fc.record({
    content: fc.oneof(fc.string({ unit: anyCharacter }), fc.uint8Array({ maxLength: 32 })),
    atMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
    out: fc.boolean(),
  }),
  { minLength: 1, maxLength: 50 },
);

it('columns hold every frame, and pass the parser of the other side', () => {
  fc.assert(
    fc.property(frames, fc.nat(), (all, skip) => {
      const ring = createRing();
      const created = { kind: 'connectionCreated', connection: 0, atMs: 0, url: 'ws://x/', protocols: [] } as const;
      const connection = addConnection(ring, created, {} as WeakRef<WebSocket>);
      const nodes = all.map(({ content, atMs, out }) => {
        const payload = typeof content === 'string' ? textPayload(content) : binaryPayload(content);
        if (payload) addFrame(ring, connection, atMs, out ? FRAME_OUT : 0, payload);
        return connection.newestFrame;
      });
      const from = skip % all.length;
      const first = nodes[from];
      if (!first) throw new Error('no such frame');
      const columns = parseFrameColumns(buildColumns(first, all.length - from));
      expect(columns).not.toBeNull();
      if (!columns) return;
      const found = all.slice(from).map((_, i) => ({
        content: (columns.flags[i] ?? 0) & 2 ? bytesOf(columns, i) : textOf(columns, i),
        atMs: columns.atMs[i],
        out: ((columns.flags[i] ?? 0) & FRAME_OUT) !== 0,
      }));
      expect(found).toEqual(all.slice(from));
    }),
  );
});
