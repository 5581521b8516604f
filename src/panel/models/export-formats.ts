/** The files that a session can be written as. */

export const EXPORT_FORMATS = {
  html: { extension: 'html', mime: 'text/html' },
  markdown: { extension: 'md', mime: 'text/markdown' },
  ndjson: { extension: 'ndjson', mime: 'application/x-ndjson' },
  har: { extension: 'har', mime: 'application/json' },
  csv: { extension: 'csv', mime: 'text/csv' },
  otlp: { extension: 'otlp.json', mime: 'application/json' },
} as const;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

export const EXPORT_FORMAT_NAMES = Object.keys(EXPORT_FORMATS) as readonly ExportFormat[];

const MAX_NAME_CHARS = 80;

/** A name for the file that every file system takes: of the session's name, and when it began (UTC). */
export function fileNameOf(sessionName: string, startedAtMs: number, format: ExportFormat): string {
  const words = sessionName
    .replace(/^\w+:\/\//, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAX_NAME_CHARS);
  const time = new Date(startedAtMs).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  return `${words || 'session'}-${time}.${EXPORT_FORMATS[format].extension}`;
}
