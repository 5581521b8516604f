import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../../e2e/words/node.ts';
import { FRAME_OUT } from '../../protocol/frame-columns.ts';
import type { Recording } from '../../protocol/recording.ts';
import { compareRecordings } from '../compare/compare.ts';
import { chunksOf, connectionFixture, documentFixture, fullRecording, START_MS, sessionFixture } from '../fixtures.ts';
import { readNdjson } from '../ndjson/read.ts';
import { writeNdjson } from '../ndjson/write.ts';
import { collectRecording } from '../read-record.ts';
import { recordingInMemory } from '../recording.ts';
import { redactRecording } from '../redaction/redact-recording.ts';
import { createRedactor } from '../redaction/redactor.ts';
import { analyseRecording } from './analyse-recording.ts';
import { reportHtml } from './html.ts';
import { reportMarkdown } from './markdown.ts';

afterEach(() => speak('en'));

/** A heartbeat every 10 s that is answered, and a cut by the network after a minute of silence, five times. */
function idleCuts(reconnectMs: number, code = 1006): Recording {
  const connections = Array.from({ length: 5 }, (_, i) =>
    connectionFixture({
      connection: i,
      createdAtMs: START_MS + i * 61_000 + (i === 0 ? 0 : reconnectMs),
      openedAtMs: START_MS + i * 61_000 + (i === 0 ? 0 : reconnectMs) + 30,
      close: { atMs: START_MS + (i + 1) * 61_000, code, reason: '', wasClean: code !== 1006, simulated: i === 2 },
      ...(i === 2 ? { droppedAtMs: START_MS + 3 * 61_000 } : {}),
      nextSeq: 2,
      framesIn: 1,
      framesOut: 1,
      lastFrameAtMs: START_MS + i * 61_000 + 1_000,
    }),
  );
  return recordingInMemory(
    {
      session: sessionFixture({ endedAtMs: START_MS + 6 * 61_000 }),
      documents: [documentFixture()],
      connections,
      context: [],
      handshakes: [],
      probes: [],
    },
    new Map(
      connections.map(({ connectionId, openedAtMs }) => [
        connectionId,
        chunksOf(connectionId, [
          { text: 'subscribe', flags: FRAME_OUT, atMs: (openedAtMs ?? 0) + 10 },
          { text: 'hello', atMs: (openedAtMs ?? 0) + 20 },
        ]),
      ]),
    ),
  );
}

describe('a recording, analysed without a panel', () => {
  it('has findings, verdicts and figures', async () => {
    const read: number[] = [];
    const analysed = await analyseRecording(idleCuts(1_500), { onChunk: (frames) => read.push(frames) });
    expect(analysed.findings.length).toBeGreaterThan(0);
    expect(analysed.scorecards).toMatchObject([{ drop: { connectionId: 'doc/2', simulated: true } }]);
    expect(analysed.scorecards[0]?.reopened?.id).toBe('doc/3');
    expect(analysed.statistics.connections).toBeGreaterThan(0);
    expect(read).toEqual([2, 2, 2, 2, 2]);
    expect(analysed.unread).toEqual([]);
  });

  it('has the same after it was written and read', async () => {
    const written = writeNdjson(idleCuts(1_500), { program: 'socketscope', redaction: 'none' });
    const { recording } = await collectRecording(readNdjson(written));
    const [before, after] = [
      await analyseRecording(idleCuts(1_500)),
      await analyseRecording(recording ?? fullRecording()),
    ];
    expect(after.findings).toEqual(before.findings);
    expect(after.scorecards).toEqual(before.scorecards);
    expect(after.statistics).toEqual(before.statistics);
  });
});

describe('a recording without its secrets', () => {
  it('has the same findings and verdicts, also those that rest on when a token ends', async () => {
    const part = (claims: object) => btoa(JSON.stringify(claims)).replace(/=+$/, '');
    const exp = (START_MS + 61_000) / 1000;
    const token = `${part({ alg: 'HS256' })}.${part({ sub: 'somebody', iat: exp - 61, exp })}.c2lnbmF0dXJlIG9mIGl0`;
    const recording = idleCuts(1_500, 4401);
    const withToken: Recording = {
      ...recording,
      connections: recording.connections.map((row) => ({ ...row, url: `${row.url}?token=${token}` })),
    };
    const before = await analyseRecording(withToken);
    const after = await analyseRecording(redactRecording(withToken, createRedactor(), 'secrets'));
    expect(after.facts.connections[0]?.url).toMatch(/token=REDACTED-jwt-1\.eyJ[\w-]+\.REDACTED$/);
    const told = ({ findings }: typeof before) =>
      findings.map(({ rule, severity, sureness, because }) => [rule, severity, sureness, because]);
    expect(before.facts.digests.get('doc/0')?.token).toMatchObject({ expiresAtMs: START_MS + 61_000 });
    expect(after.facts.digests.get('doc/0')?.token).toEqual(before.facts.digests.get('doc/0')?.token);
    expect(told(after)).toEqual(told(before));
    expect(after.scorecards.map(({ state, lines }) => [state, lines])).toEqual(
      before.scorecards.map(({ state, lines }) => [state, lines]),
    );
  });
});

describe('the report', () => {
  it('opens without loading or running anything, whatever a page has written', async () => {
    const html = await reportHtml(await analyseRecording(fullRecording()));
    expect(html).toContain('&lt;script&gt;alert(1)');
    expect(html).not.toMatch(/<(?:script|img|iframe|object|embed|link|base|form|a)\b/i);
    expect(html).not.toMatch(/<[^>]*\s(?:on\w+|src|href|style)=/i);
    expect(html).not.toMatch(/url\(|@import/);
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
    expect(html).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(html).toContain("default-src 'none'");
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
  });

  it('says what happened, in HTML and in Markdown', async () => {
    const analysed = await analyseRecording(idleCuts(1_500));
    const [html, markdown] = [await reportHtml(analysed), reportMarkdown(analysed)];
    for (const text of ['Checkout loses its socket', analysed.findings[0]?.title ?? '', 'Drop 1', '1006']) {
      expect(html).toContain(text.replace(/'/g, '&#39;'));
      expect(markdown).toContain(text.replace(/[\\`*_[\]<>|#~!]/g, '\\$&'));
    }
    expect(html.match(/<rect[^>]*class="open/g)?.length).toBe(5);
    expect(html.match(/class="cross/g)?.length).toBe(5);
  });

  it('holds nothing in Markdown that a page could make into markup', async () => {
    const markdown = reportMarkdown(await analyseRecording(fullRecording()));
    expect(markdown).not.toMatch(/(?<!\\)<\s*(?:script|img)/i);
    expect(markdown.split('\n').filter((line) => line.startsWith('| ')).length).toBeGreaterThan(4);
  });

  it('speaks the language of the words, also in its heads', async () => {
    speak('tr');
    const analysed = await analyseRecording(fullRecording());
    const [html, markdown] = [await reportHtml(analysed, 'tr'), reportMarkdown(analysed)];
    for (const head of ['Bulgular', 'Koda göre kapanışlar', 'Kapanışlar', 'İşaretler']) {
      expect(html).toContain(`<h2>${head}</h2>`);
      expect(markdown).toContain(`\n## ${head}\n`);
    }
    expect(markdown).toContain('\n## Yeniden bağlanma kararı\n');
    expect(markdown).toContain('\n| sorulan | sonuç | ölçülen | bütçe | neden | kanıt |\n');
    expect(`${html}${markdown}`).not.toMatch(/Findings|Evidence|Closes|Marks|Recorded|sureness|drop of/);
  });

  it('can be made of a recording in which nothing happened', async () => {
    const rows = { session: sessionFixture(), documents: [], connections: [], context: [], handshakes: [], probes: [] };
    const analysed = await analyseRecording(recordingInMemory(rows, new Map()));
    expect(await reportHtml(analysed)).toContain('Nothing was found.');
    expect(reportMarkdown(analysed)).toContain('- Connections: 0');
  });
});

describe('two recordings', () => {
  it('say what became better, what worse, and which findings are gone', async () => {
    const [before, after] = [await analyseRecording(idleCuts(45_000)), await analyseRecording(idleCuts(1_500, 1000))];
    const { figures, closes, lines, findings } = compareRecordings(before, after);
    expect(figures.find(({ id }) => id === 'abnormal')).toMatchObject({ before: 4, after: 0, change: 'better' });
    expect(closes).toMatchObject([
      { code: 1000, before: 0, after: 4 },
      { code: 1006, before: 4, after: 0 },
    ]);
    expect(lines.find(({ id }) => id === 'reopened')).toMatchObject({
      before: { failed: 1, passed: 0 },
      after: { failed: 0, passed: 1 },
      change: 'better',
    });
    expect(findings.some(({ where }) => where === 'before')).toBe(true);
  });

  it('that are the same differ in nothing', async () => {
    const analysed = await analyseRecording(idleCuts(1_500));
    const { figures, lines, findings } = compareRecordings(analysed, analysed);
    expect([...figures, ...lines].filter(({ change }) => change !== 'same')).toEqual([]);
    expect(findings.every(({ where }) => where === 'both')).toBe(true);
  });
});
