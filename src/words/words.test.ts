/** The language files say the same things with the same parameters, and the door to them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import { parseMessages, placeholdersOf, readSource, tidied } from '../../e2e/words/files.ts';
import { readMessages, speak } from '../../e2e/words/node.ts';
import { loadWords } from './load.ts';
import {
  chooseLanguage,
  counted,
  currentLanguage,
  formatCount,
  formatDecimal,
  LANGUAGES,
  text,
  words,
} from './words.ts';

const SRC = fileURLToPath(new URL('..', import.meta.url));
const ENGLISH = readMessages('en');
const KEYS = Object.keys(ENGLISH);

/** Names, symbols and words of the field that are the same in both languages: keys, by their beginning or their end. */
const TERMS: readonly RegExp[] = [
  /^(?:extension_name|closedBy_socketscope|keys_|units?_ms|summary_wasClean|statistics_series_abnormal)/,
  /_(?:unit|url|json|base64|hex|span|blob|blobPending|worker)$/,
  /^schema_(?:label|placeholder)$/,
  /^sessions_(?:columns_closes|findings|verdicts)$/,
  /^export_formats_(?:har|otlp)_title$/,
  /^(?:timeline_summary|filterKeyHints_is|serverEnds_1006WascleanTrue)$/,
];

function sources(): readonly { readonly file: string; readonly source: string }[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => ({ file, source: readFileSync(join(SRC, file), 'utf8') }));
}

afterEach(() => speak('en'));

describe.each(LANGUAGES.map((language) => ({ language })))('$language', ({ language }) => {
  const source = readSource(language);
  const messages = parseMessages(source);

  it('has the same keys as English', () => {
    expect(Object.keys(messages).sort()).toEqual([...KEYS].sort());
  });

  it('has the same parameters in each message', () => {
    const different = KEYS.filter((key) => {
      const [own, others] = [messages[key]?.message, ENGLISH[key]?.message].map((one) => placeholdersOf(one ?? ''));
      // A form for one thing may say it in words.
      return key.endsWith('_one') ? false : JSON.stringify(own) !== JSON.stringify(others);
    });
    expect(different).toEqual([]);
  });

  it('has nothing that Chrome takes for a placeholder of its own: it would not load the extension', () => {
    const named = KEYS.filter((key) => /\$[\w@]+\$/.test(messages[key]?.message ?? ''));
    expect(named).toEqual([]);
  });

  it('has no empty message', () => {
    expect(KEYS.filter((key) => messages[key]?.message.trim() === '')).toEqual([]);
  });

  it('keeps to what stores allow for the description', () => {
    expect(messages.extension_description?.message.length).toBeLessThanOrEqual(132);
  });

  it('is tidy: `npm run words`', () => {
    expect(source).toBe(tidied(messages));
  });
});

describe('the keys', () => {
  it('are all used', () => {
    const all = sources().map(({ source }) => source);
    const manifest = readFileSync(join(SRC, '..', 'manifest.json'), 'utf8');
    const used = new Set(
      [...all, manifest.replace(/__MSG_(\w+)__/g, "'$1'")].join('\n').match(/(?<=['`])[a-z]\w*(?=['`])/g),
    );
    expect(KEYS.filter((key) => !used.has(key) && !used.has(key.replace(/_(?:one|other)$/, '')))).toEqual([]);
  });

  it('differ in more than case: browsers do not tell those apart', () => {
    expect(new Set(KEYS.map((key) => key.toLowerCase())).size).toBe(KEYS.length);
  });

  it('have a plural form for every one', () => {
    expect(KEYS.filter((key) => key.endsWith('_one') && !(key.replace(/_one$/, '_other') in ENGLISH))).toEqual([]);
  });
});

it('Turkish is translated', () => {
  const turkish = readMessages('tr');
  const same = KEYS.filter(
    (key) => turkish[key]?.message === ENGLISH[key]?.message && !TERMS.some((term) => term.test(key)),
  );
  expect(same).toEqual([]);
});

/** Text that stands in a view instead of a language file: letters in children, or in an attribute that people read. */
function literalTexts(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const { type, value, name } = node as { type?: string; value?: unknown; name?: { name?: unknown } };
    if (type === 'JSXText' && /\p{L}{2}/u.test(String(value))) found.push(String(value).trim());
    if (
      type === 'JSXAttribute' &&
      /^(?:title|alt|placeholder|label|aria-(?:label|description|roledescription))$/.test(String(name?.name))
    ) {
      const literal = (value as { value?: unknown } | null)?.value;
      if (typeof literal === 'string' && /\p{L}{2}/u.test(literal) && !URL.canParse(literal)) found.push(literal);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'tsx' }));
  return found;
}

describe('views', () => {
  it('hold no text of their own', () => {
    const found = sources()
      .filter(({ file }) => file.endsWith('.tsx'))
      .flatMap(({ file, source }) => literalTexts(source).map((literal) => `${file}: ${literal}`));
    expect(found).toEqual([]);
  });

  it.each([
    'const a = <p>Nothing here</p>;',
    'const a = <button title="Close" />;',
    'const a = <input aria-label={\'x\'} placeholder="Filter" />;',
  ])('would be noticed: %s', (source) => {
    expect(literalTexts(source)).toHaveLength(1);
  });

  it.each(['const a = <p>{words.nothing}: 1</p>;', 'const a = <p class="note" title={words.close}>·</p>;'])(
    'may hold signs: %s',
    (source) => {
      expect(literalTexts(source)).toEqual([]);
    },
  );
});

describe('text', () => {
  it('puts parameters in, and replaces nothing in them again', () => {
    expect(text('statistics_range', '$2', '10 s')).toBe('$2 to 10 s');
  });

  it('writes numbers as they are, such as close codes', () => {
    expect(text('findings_answered', 1006)).toBe('It answered 1006.');
  });

  it('knows a dollar sign', () => {
    expect(text('toolbar_filterHint', 'F')).toContain(' $.json.path ');
  });
});

describe('counted', () => {
  it.each([
    [0, '0 connections'],
    [1, '1 connection'],
    [1_204, '1,204 connections'],
  ])('%i in English', (count, expected) => {
    expect(counted('status_connections', count)).toBe(expected);
  });

  it('counts in Turkish, where nouns stay as they are', () => {
    speak('tr');
    expect([1, 1_204].map((count) => counted('status_connections', count))).toEqual(['1 bağlantı', '1.204 bağlantı']);
  });
});

it('numbers follow the language', () => {
  speak('tr');
  expect([formatCount(1_234_567), formatDecimal(1.5, 2)]).toEqual(['1.234.567', '1,50']);
});

it('a table is read in the language of the moment', () => {
  const table = words({ columns: { state: 'connections_columns_state' }, empty: ['empty_noFrames_title', ''] });
  expect([table.columns.state, ...table.empty]).toEqual(['State', 'No frames yet', '']);
  speak('tr');
  expect([table.columns.state, ...table.empty]).toEqual(['Durum', 'Henüz çerçeve yok', '']);
});

describe('which language', () => {
  it.each([
    [['tr-TR'], 'tr'],
    [['TR'], 'tr'],
    [[null, 'de-AT'], 'en'],
    [['en', 'tr'], 'en'],
    [[undefined, 'tr_TR'], 'tr'],
    [[], 'en'],
  ] as const)('%j → %s', (wanted, expected) => {
    expect(chooseLanguage(wanted)).toBe(expected);
  });

  it('English stands in where a file cannot be read', async () => {
    await loadWords('tr', async (language) => {
      if (language === 'tr') throw new Error('not there');
      return ENGLISH;
    });
    expect([currentLanguage(), text('answers_yes')]).toEqual(['en', 'yes']);
  });

  it('shows keys rather than nothing', async () => {
    await loadWords('tr', () => Promise.reject(new Error('no files at all')));
    expect(text('answers_yes')).toBe('answers_yes');
  });
});
