/** The language files as texts: read, compared, and written in the one form that merges well, a line for each message. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Messages } from '../../src/words/words.ts';

export function fileOf(language: string): string {
  return fileURLToPath(new URL(`../../public/_locales/${language}/messages.json`, import.meta.url));
}

export function readSource(language: string): string {
  return readFileSync(fileOf(language), 'utf8');
}

export function parseMessages(source: string): Messages {
  return JSON.parse(source) as Messages;
}

/** By key, one line each. */
export function tidied(messages: Messages): string {
  const lines = Object.keys(messages)
    .sort()
    .map((key) => `  ${JSON.stringify(key)}: { "message": ${JSON.stringify(messages[key]?.message ?? '')} }`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

export function tidy(language: string): void {
  writeFileSync(fileOf(language), tidied(parseMessages(readSource(language))));
}

/** `$1`, `${2}` … in a message, each once, in order. */
export function placeholdersOf(message: string): readonly string[] {
  const plain = message.replaceAll('$$', '').replace(/\$\{([1-9])\}/g, '$$$1');
  return [...new Set(plain.match(/\$[1-9]/g))].sort();
}
