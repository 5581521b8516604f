import { describe, expect, it } from 'vitest';
import { type Exchange, findLosses, judgeCompleteness } from './completeness.ts';
import { NO_TRAFFIC, type WireConnection } from './net-log.ts';
import type { RecordedConnection } from './recorded.ts';

const two = { text: 2, binary: 0, bytes: 8 };

function wire(change: Partial<WireConnection> = {}): WireConnection {
  return { url: 'ws://h/echo', startedAtMs: 1, received: two, sent: NO_TRAFFIC, closeBytes: 5, ...change };
}

function recorded(change: Partial<RecordedConnection> = {}): RecordedConnection {
  const close = { code: 4000, reasonBytes: 3, wasClean: true };
  return { url: 'ws://h/echo', createdAtMs: 1, received: two, sent: NO_TRAFFIC, missed: 0, close, ...change };
}

function problems(wires: readonly WireConnection[], records: readonly RecordedConnection[]) {
  return findLosses([{ url: '/test', wire: wires, recorded: records }]).flatMap((loss) => loss.problems);
}

describe('findLosses', () => {
  it('finds none in what agrees, whatever the order, and whether or not ws: became wss:', () => {
    const other = { text: 1, binary: 1, bytes: 9 };
    expect(
      problems(
        [wire({ url: 'wss://h/echo' }), wire({ received: other })],
        [recorded({ received: other, url: 'ws://me:secret@h/echo' }), recorded({ createdAtMs: 2 })],
      ),
    ).toEqual([]);
  });

  it('finds what is missing, doubled or of another size', () => {
    expect(problems([wire()], [])).toEqual(['not recorded: 2 text + 0 binary received, 0 text + 0 binary sent']);
    expect(problems([wire()], [recorded({ received: { ...two, text: 3 } })])).toEqual([
      'received: 2 text + 0 binary on the wire, 3 text + 0 binary recorded',
    ]);
    expect(problems([wire()], [recorded({ received: { ...two, bytes: 7 } })])).toEqual([
      'received: 8 bytes on the wire, 7 recorded',
    ]);
    expect(problems([wire()], [recorded(), recorded()])).toEqual(['recorded, but not on the wire']);
    expect(problems([wire()], [recorded({ missed: 4 })])).toEqual(['4 frames in gaps']);
  });

  it('does not compare sizes of what was compressed', () => {
    expect(problems([wire({ received: { ...two, bytes: null } })], [recorded()])).toEqual([]);
  });

  it('compares the close frame with a clean close, as far as its length goes', () => {
    const clean = (code: number, reasonBytes: number) => recorded({ close: { code, reasonBytes, wasClean: true } });
    expect(problems([wire({ closeBytes: 0 })], [clean(1005, 0)])).toEqual([]);
    expect(problems([wire({ closeBytes: 0 })], [clean(1000, 0)])).toHaveLength(1);
    expect(problems([wire({ closeBytes: 5 })], [clean(4000, 2)])).toHaveLength(1);
    expect(problems([wire()], [recorded({ close: { code: 1006, reasonBytes: 0, wasClean: false } })])).toEqual([]);
    expect(problems([wire()], [recorded({ close: null })])).toEqual([]);
  });

  it('expects nothing on the wire of a socket that never came to a handshake', () => {
    const blocked = recorded({ received: NO_TRAFFIC, close: { code: 1006, reasonBytes: 0, wasClean: false } });
    expect(problems([], [blocked])).toEqual([]);
  });
});

describe('judgeCompleteness', () => {
  const lossy: Exchange = { url: '/lossy', wire: [wire()], recorded: [] };
  const entry = { url: /^\/lossy/, problem: 'not recorded', reason: 'because' };

  it('tells known losses from new ones, and known ones that are gone', () => {
    expect(judgeCompleteness([lossy], [])).toMatchObject({ fresh: [{ url: '/lossy' }], known: [], vanished: [] });
    expect(judgeCompleteness([lossy], [entry])).toMatchObject({ fresh: [], known: [entry], vanished: [] });
    expect(judgeCompleteness([{ ...lossy, recorded: [recorded()] }], [entry])).toMatchObject({ vanished: [entry] });
    expect(judgeCompleteness([lossy], [{ ...entry, problem: 'sent' }])).toMatchObject({ fresh: [{ url: '/lossy' }] });
    expect(judgeCompleteness([], [entry])).toMatchObject({ known: [], vanished: [] });
  });

  it('counts what went over the wire', () => {
    expect(judgeCompleteness([lossy], []).totals).toEqual({ connections: 1, frames: 2, closes: 1 });
  });
});
