/**
 * The one door to every word that a user reads. Words live in `public/_locales/<language>/messages.json`, in the format of
 * browser.i18n; here they are looked up by key, in the language that was installed. Nothing is bundled: the English file
 * gives the types of the keys alone. Lookups happen when a word is shown, never when a module is loaded.
 */
import type english from '../../public/_locales/en/messages.json';

/** A language file as it is written. */
export type Messages = Readonly<Record<string, { readonly message: string }>>;

export type WordKey = keyof typeof english;
/** Words that depend on a count: one key for each plural form, of which every language has `_other`. */
export type CountedKey = WordKey extends infer Key ? (Key extends `${infer Stem}_other` ? Stem : never) : never;

/** The languages that there are files for. The first is what everybody gets whose own is not among them. */
export const LANGUAGES = ['en', 'tr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Formats of numbers: a language's own, of the region that most of its speakers know. */
const NUMBER_LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', tr: 'tr-TR' };

/** Formats of dates: in English those of Europe, day before month and 24 hours. */
const DATE_LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', tr: 'tr-TR' };

let language: Language = 'en';
let messages: Messages | null = null;
let formats = formatsOf(language);

function formatsOf(of: Language) {
  return {
    count: new Intl.NumberFormat(NUMBER_LOCALES[of]),
    plural: new Intl.PluralRules(of),
  };
}

/** From now on everything is said in this language. */
export function installWords(next: Language, file: Messages): void {
  language = next;
  messages = file;
  formats = formatsOf(next);
}

/** The language that words are in, for `lang` attributes and for Intl. */
export function currentLanguage(): Language {
  return language;
}

/** The locale of dates that belongs to the words. */
export function currentDateLocale(): string {
  return DATE_LOCALES[language];
}

/** The first of the wanted languages (BCP 47 tags) that there are words for, be it by its primary subtag; else English. */
export function chooseLanguage(wanted: readonly (string | null | undefined)[]): Language {
  for (const tag of wanted) {
    const primary = tag?.toLowerCase().split(/[-_]/)[0];
    const found = LANGUAGES.find((name) => name === primary);
    if (found) return found;
  }
  return LANGUAGES[0];
}

/**
 * Like `$1`, but never a parameter's own text read as one. `${1}` is the same: `$1$2` would be a placeholder called 1 to
 * Chrome, which does not load an extension that has one and does not say what it is.
 */
const PLACEHOLDER = /\$(?:(\$|[1-9])|\{([1-9])\})/g;

/** Throws where no language was installed: a module that reads words while it is loaded would keep them for ever. */
function messageOf(key: string): string | undefined {
  if (messages === null) throw new Error(`'${key}' is read before there are words`);
  return messages[key]?.message;
}

/**
 * The words of a key, with `$1` … `$9` replaced by the parameters. They are text: nothing is escaped, and nothing in a
 * parameter is replaced again. Numbers are written as they are, such as close codes; counts go through `formatCount`. An
 * unknown key stands for itself, so that something is shown in any case.
 */
export function text(key: WordKey, ...params: readonly (string | number)[]): string {
  return fill(messageOf(key) ?? key, params);
}

/** The same where the words depend on a count, which is `$1`, formatted; the other parameters follow as `$2` … */
export function counted(key: CountedKey, count: number, ...params: readonly (string | number)[]): string {
  const message = messageOf(`${key}_${formats.plural.select(count)}`) ?? messageOf(`${key}_other`);
  return fill(message ?? key, [formatCount(count), ...params]);
}

function fill(message: string, params: readonly (string | number)[]): string {
  if (!message.includes('$')) return message;
  return message.replace(PLACEHOLDER, (_, sign: string | undefined, braced: string | undefined) =>
    sign === '$' ? '$' : String(params[Number(sign ?? braced) - 1] ?? ''),
  );
}

/** 1234567 → "1,234,567" or "1.234.567". */
export function formatCount(count: number): string {
  return formats.count.format(count);
}

/** With a fixed number of decimals and no grouping: 1.5 → "1.5" or "1,5". */
export function formatDecimal(value: number, digits: number): string {
  return value.toFixed(digits).replace('.', decimalSign());
}

const DECIMAL_SIGNS: Readonly<Record<Language, string>> = { en: '.', tr: ',' };

export function decimalSign(): string {
  return DECIMAL_SIGNS[language];
}

/** A table of words: keys, tables of keys, and functions that give words. */
export interface WordTable {
  readonly [name: string]: WordKey | '' | WordTable | readonly (WordKey | '')[] | ((...params: never[]) => string);
}

/** What a table looks like to who reads it: words where keys were written. */
export type Words<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends string
    ? string
    : Table[Name] extends (...params: never[]) => unknown
      ? Table[Name]
      : Words<Table[Name]>;
};

/** The table with words in place of keys, each looked up when it is read. '' stands for no words. */
export function words<const Table extends WordTable | readonly (WordKey | '')[]>(table: Table): Words<Table> {
  const target: object = Array.isArray(table) ? [] : {};
  for (const [name, entry] of Object.entries(table)) {
    const get = readerOf(entry);
    Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
  }
  return target as Words<Table>;
}

function readerOf(entry: WordTable[string]): () => unknown {
  if (entry === '') return () => '';
  if (typeof entry === 'string') return () => text(entry);
  const value = typeof entry === 'function' ? entry : words(entry);
  return () => value;
}
