/**
 * What comes through the door for files, in real browsers: our own HAR, files that are broken, mean ill, or are none; and two
 * windows that do things to the same session. Nothing that was there before may change.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { installSession } from '../lab/sessions/install.ts';
import { openPanelClient, type PanelClient, type ReadSession, whatWasRecorded } from './panel-client.ts';
import { clickRow, readGrid, rowsOf } from './panel-page.ts';
import {
  clickButton,
  dropFile,
  exportSession,
  importedId,
  importFile,
  importSays,
  openSessions,
  openStored,
} from './sessions-page.ts';

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`files in ${kind}`, () => suite(kind));

type Line = Record<string, unknown>;

const KEPT = 'kept';
const FRAMES = 300;
const SCRIPT = '<img src=x onerror="globalThis.hasRun=1"><script>globalThis.hasRun=1</script>';
/** Strings that a person reads; the others are names of kinds, ids and bytes. */
const WORDS = new Set(['name', 'notes', 'url', 'text', 'os', 'language', 'protocol', 'pageUrl', 'requestedProtocols']);
const MORE_THAN_A_LINE = { repeated: 'x'.repeat(1_000_000), times: 70 };

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let client: PanelClient;
  let panel: Tab;
  let name: string;
  let kept: ReadSession;
  /** The session that was there before, as files. */
  let file: string;
  let har: string;

  beforeAll(async () => {
    browser = await launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]), width: 1400, height: 1000 });
    client = await openPanelClient(browser);
    await installSession(browser, { frames: FRAMES, connections: 4, sessionId: KEPT });
    kept = await client.read(KEPT);
    name = kept.session?.name ?? '';
    panel = await openSessions(browser, KEPT);
    file = await exportSession(panel, name, 'ndjson', 'none');
    har = await exportSession(panel, name, 'har', 'none');
  });
  afterAll(() => browser?.close());

  const lines = (): Line[] =>
    file
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const fileOf = (all: readonly Line[]) => `${all.map((line) => JSON.stringify(line)).join('\n')}\n`;

  async function keptAsItWas(): Promise<void> {
    const now = await client.read(KEPT);
    expect(whatWasRecorded(now)).toEqual(whatWasRecorded(kept));
  }

  it('reads our HAR again, with all connections and frames', async () => {
    const { said, sessionId } = await importFile(panel, 'ours.har', har);
    expect(said).not.toContain('left out');
    const read = await client.read(sessionId);
    const facts = ({ connections }: ReadSession) =>
      connections.map(({ url, texts, close }) => ({ url, texts, code: close?.code ?? null }));
    expect(facts(read)).toEqual(facts(kept));
    await keptAsItWas();
  });

  it('says which entries of a HAR were left out', async () => {
    const { log } = JSON.parse(har) as { log: { entries: unknown[] } };
    const entry = log.entries[0] as Line;
    const garbage = [
      null,
      7,
      'text',
      [],
      {},
      { ...entry, startedDateTime: 'never' },
      { ...entry, request: { url: 5 } },
    ];
    const entries = [...garbage, ...log.entries];
    const { said, sessionId } = await importFile(panel, 'garbage.har', JSON.stringify({ log: { ...log, entries } }));
    expect(said).toContain('left out');
    expect(said).toContain('6: ');
    expect((await client.read(sessionId)).connections).toHaveLength(kept.connections.length);
    await keptAsItWas();
  });

  it.each([
    ['Keep what was read', 'What came before this was kept', true],
    ['Discard it', 'was not imported', false],
  ] as const)('asks what to do with a file that is broken off: %s', async (answer, said, isKept) => {
    const { rowCount } = await readGrid(panel, 'Sessions');
    await dropFile(panel, 'cut.ndjson', file.slice(0, Math.floor(file.length * 0.6)));
    await importSays(panel, 'Keep them?');
    await clickButton(panel, '.sessions-said', answer);
    await importSays(panel, said);
    await panel.waitFor(
      (count: number) => document.querySelector('[aria-label=Sessions][aria-rowcount]')?.ariaRowCount === `${count}`,
      rowCount + (isKept ? 1 : 0),
    );
    if (isKept) {
      const { connections } = await client.read(await importedId(panel));
      expect(connections.length).toBeGreaterThan(0);
      expect(connections.length).toBeLessThanOrEqual(kept.connections.length);
    }
    await keptAsItWas();
  });

  it('leaves out records with wrong types, and says in which line', async () => {
    const wrong = lines();
    const at = wrong.findIndex(({ type }) => type === 'frame');
    wrong.splice(
      at,
      0,
      { ...wrong[at], seq: 'first' },
      { ...wrong[at], atMs: null },
      { type: 'frame' },
      { type: '__proto__' },
    );
    const { said, sessionId } = await importFile(panel, 'types.ndjson', fileOf(wrong));
    expect(said).toContain('4 records could not be read');
    expect(said).toContain(`Line ${at + 1}: `);
    expect(textsOf(await client.read(sessionId))).toEqual(textsOf(kept));
    await keptAsItWas();
  });

  it('takes nothing from keys like __proto__', async () => {
    const poison = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},';
    const poisoned = file.replaceAll(/^\{/gm, `{${poison}`);
    const { sessionId } = await importFile(panel, 'proto.ndjson', poisoned);
    expect(await panel.evaluate(() => 'polluted' in {})).toBe(false);
    expect(textsOf(await client.read(sessionId))).toEqual(textsOf(kept));
    await keptAsItWas();
  });

  it('shows script in any string as text, and runs none', async () => {
    const scripted = lines().map((line) => (line.type === 'header' ? line : (withScript(line, '') as Line)));
    const { sessionId } = await importFile(panel, `${SCRIPT}.ndjson`, fileOf(scripted));
    expect(await isClean(panel)).toBe(true);
    const opened = await openStored(browser, sessionId);
    for (const view of ['timeline', 'findings', 'statistics', 'sessions', 'connections']) {
      await opened.evaluate((id: string) => document.querySelector<HTMLElement>(`#view-${id}`)?.click(), view);
      await opened.waitFor(
        (id: string) => document.querySelector(`#view-${id}`)?.getAttribute('aria-selected') !== 'false',
        view,
      );
      expect(await isClean(opened)).toBe(true);
    }
    await clickRow(opened, 'Connections', '<img');
    await rowsOf(opened, 'Frames', 1);
    // The last one: the first that is rendered may be under the heads.
    const last = await opened.waitFor(() =>
      [...document.querySelectorAll('[aria-rowcount][aria-label="Frames"] [role="row"][aria-selected]')]
        .at(-1)
        ?.getAttribute('aria-rowindex'),
    );
    await opened.click(`[aria-rowcount][aria-label="Frames"] [role="row"][aria-rowindex="${last}"]`);
    await opened.waitFor(() => document.querySelector('.detail')?.textContent?.includes('onerror'));
    expect(await isClean(opened)).toBe(true);
    await opened.close();
    await keptAsItWas();
  });

  const bad: readonly (readonly [what: string, content: () => Parameters<typeof dropFile>[2], said: string])[] = [
    ['a later version', () => fileOf(lines().map((line, i) => (i === 0 ? { ...line, version: 2 } : line))), 'Update'],
    ['no version', () => fileOf(lines().map((line, i) => (i === 0 ? { ...line, version: 'x' } : line))), 'never was'],
    [
      'a session of wrong types',
      () => fileOf(lines().map((line, i) => (i === 1 ? { ...line, name: 5 } : line))),
      'name',
    ],
    ['nothing', () => '', 'was not imported'],
    ['bytes', () => Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7_919) % 256), 'no recording of Socketscope'],
    ['one enormous line', () => ({ head: '', ...MORE_THAN_A_LINE }), 'no recording of Socketscope'],
    ['a HAR without sockets', () => '{"log":{"entries":[{}]}}', 'no WebSocket'],
    ['a HAR that is none', () => '{"log":5}', 'no HAR'],
  ];
  it.each(bad)('says why a file with %s is not imported', async (what, content, words) => {
    const { rowCount } = await readGrid(panel, 'Sessions');
    await dropFile(panel, `${what}.ndjson`, content());
    const said = await importSays(panel, `“${what}.ndjson” was not imported`);
    expect(said).toContain(words);
    expect((await readGrid(panel, 'Sessions')).rowCount).toBe(rowCount);
    await keptAsItWas();
  });

  it('leaves out an enormous line in the middle', async () => {
    const [header, session] = file.split('\n', 2);
    await dropFile(panel, 'large.ndjson', { head: `${header}\n${session}\n`, ...MORE_THAN_A_LINE });
    const said = await importSays(panel, 'Keep them?');
    expect(said).toContain('broken off');
    await clickButton(panel, '.sessions-said', 'Discard it');
    await importSays(panel, 'was not imported');
    await keptAsItWas();
  });

  it('deletes a session once that two windows delete at once, and has it back from one of them', async () => {
    const renamed = lines().map((line) => (line.type === 'session' ? { ...line, name: 'twice' } : line));
    const { sessionId } = await importFile(panel, 'twice.ndjson', fileOf(renamed));
    const before = await client.read(sessionId);
    const other = await openSessions(browser, KEPT);
    for (const one of [panel, other]) await clickRow(one, 'Sessions', 'twice');
    // The button as it stands there before either was pressed: drivers reach one window after the other, and the second
    // list may have lost the row by then.
    const find = (one: Tab) =>
      one.waitFor(() => {
        const buttons = [...document.querySelectorAll<HTMLButtonElement>('.sessions-actions button')];
        const button = buttons.find(({ textContent }) => textContent === 'Delete');
        Object.assign(window, { deleteButton: button });
        return button !== undefined;
      });
    const press = (one: Tab) =>
      one.evaluate(() => (window as unknown as { deleteButton: HTMLButtonElement }).deleteButton.click());
    await Promise.all([find(panel), find(other)]);
    await Promise.all([press(panel), press(other)]);
    const said = (one: Tab) =>
      one.waitFor(() => {
        const texts = [...document.querySelectorAll('output.sessions-said, p.sessions-said')];
        return texts.map((text) => text.textContent ?? '').find((text) => text.includes('“twice”'));
      });
    const answers = await Promise.all([said(panel), said(other)]);
    expect(answers.filter((text) => text.includes('was deleted')).length).toBeGreaterThanOrEqual(1);
    for (const text of answers) expect(text).toMatch(/was deleted|is not there any more/);
    const deleter = answers[0].includes('was deleted') ? panel : other;
    expect((await client.read(sessionId)).session).toBeNull();
    await clickButton(deleter, 'output.sessions-said', 'Undo');
    for (const one of [panel, other]) {
      await one.waitFor(() =>
        [...document.querySelectorAll('.session-name')].some((text) => text.textContent === 'twice'),
      );
    }
    expect(whatWasRecorded(await client.read(sessionId))).toEqual(whatWasRecorded(before));
    await other.close();
    await keptAsItWas();
  });
}

const textsOf = ({ connections }: ReadSession) => connections.flatMap(({ texts }) => texts);

function withScript(value: unknown, key: string): unknown {
  if (typeof value === 'string') return WORDS.has(key) ? `${SCRIPT}${value}` : value;
  if (Array.isArray(value)) return value.map((one) => withScript(one, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withScript(one, name)]));
}

/** No script ran, and none became a part of the page. */
function isClean(panel: Tab): Promise<boolean> {
  return panel.evaluate(
    () => !('hasRun' in globalThis) && document.querySelector('#panel img, #panel script, [onerror]') === null,
  );
}
