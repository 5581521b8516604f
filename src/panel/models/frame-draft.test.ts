import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DRAFT_MODES, draftOf, readDraft, readTemplates, withTemplate } from './frame-draft.ts';

const VALUES = { nowMs: Date.UTC(2026, 10, 21), uuid: 'u-1', seq: 7 };

describe('a frame that is written', () => {
  it('is text with its placeholders filled', () => {
    expect(readDraft({ mode: 'text', text: '{{seq}} {{uuid}} {{iso}} {{now}} {{who}}' }, VALUES).payload).toEqual({
      kind: 'text',
      text: `7 u-1 2026-11-21T00:00:00.000Z ${VALUES.nowMs} {{who}}`,
    });
  });

  it('is JSON when it says so, also once it is filled', () => {
    expect(readDraft({ mode: 'json', text: '{"at":{{now}}}' }, VALUES).payload).toEqual({
      kind: 'text',
      text: `{"at":${VALUES.nowMs}}`,
    });
    expect(readDraft({ mode: 'json', text: '{"at":}' }, VALUES).problem?.kind).toBe('notJson');
  });

  it.each([
    ['hex', 'de ad 0xBE,ef', '3q2+7w=='],
    ['hex', '', ''],
    ['base64', '3q2-7w', '3q2+7w=='],
  ] as const)('is bytes as %s: %j', (mode, text, base64) => {
    expect(readDraft({ mode, text }, VALUES).payload).toEqual({ kind: 'binary', base64 });
  });

  it.each([
    ['hex', 'abc', 'notHex'],
    ['hex', 'xy', 'notHex'],
    ['base64', 'a', 'notBase64'],
    ['base64', '%%', 'notBase64'],
    ['text', 'x'.repeat(2_000_000), 'tooLong'],
  ] as const)('that is no %s says so', (mode, text, kind) => {
    expect(readDraft({ mode, text }, VALUES).problem?.kind).toBe(kind);
  });

  it('comes from a frame, and goes back to the same', () => {
    const payload = fc.oneof(
      fc.string().map((text) => ({ kind: 'text', text }) as const),
      fc.uint8Array().map((bytes) => ({ kind: 'binary', base64: btoa(String.fromCharCode(...bytes)) }) as const),
    );
    fc.assert(
      fc.property(payload, (sent) => {
        const draft = draftOf({ direction: 'out', payload: sent });
        expect(draft && readDraft(draft, VALUES).payload).toEqual(sent);
      }),
    );
  });
});

describe('templates', () => {
  it('are read whatever is stored', () => {
    fc.assert(
      fc.property(fc.anything(), (stored) => {
        expect(Array.isArray(readTemplates(stored))).toBe(true);
      }),
    );
    const [mode] = DRAFT_MODES;
    const good = { name: 'a', direction: 'out', mode, text: 'x' } as const;
    expect(readTemplates([good, { ...good, mode: 'x' }, null, { ...good, name: '' }])).toEqual([good]);
  });

  it('take the place of those of the same name', () => {
    const one = { name: 'b', direction: 'out', mode: 'text', text: 'x' } as const;
    expect(withTemplate([one], { ...one, text: 'y' })).toEqual([{ ...one, text: 'y' }]);
    expect(withTemplate([one], { ...one, name: 'a' }).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
