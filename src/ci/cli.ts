#!/usr/bin/env node
/** `npx socketscope report`: a recorded session as a report, and as an exit code, without a browser. */
import './english.ts';
import { reportHtml } from '../report/summary/html.ts';
import { reportMarkdown } from '../report/summary/markdown.ts';
import { failuresOf } from './judge.ts';
import { OutputError, print, replaceFile } from './output.ts';
import { type ReadSession, readSessionFile, UnreadableRecording } from './read-session.ts';
import { type Output, parseReportOptions, type ReportOptions, USAGE, UsageError } from './report-options.ts';

const WRITERS: Readonly<Record<Output, (session: ReadSession) => string | Promise<string>>> = {
  html: ({ analysed }) => reportHtml(analysed),
  markdown: ({ analysed }) => reportMarkdown(analysed),
  json: ({ analysed, problems, isComplete }) => {
    const { session, findings, scorecards } = analysed;
    return `${JSON.stringify({ session, findings, verdicts: scorecards, problems, isComplete }, null, 2)}\n`;
  },
};

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected =
    error instanceof UsageError || error instanceof UnreadableRecording || error instanceof OutputError;
  if (!isExpected) throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
});

async function main(args: readonly string[]): Promise<number> {
  const options = parseReportOptions(args);
  if (options === 'help') {
    await print(`${USAGE}\n`);
    return 0;
  }
  return await report(options);
}

async function report({ file, outputs, budgets, failOn }: ReportOptions): Promise<number> {
  const session = await readSessionFile(file, budgets);
  for (const [name, target] of Object.entries(outputs)) {
    const content = await WRITERS[name as Output](session);
    if (target === '-') await print(content);
    else await replaceFile(target, content);
  }
  for (const { line, text } of session.problems) {
    process.stderr.write(`${file}${line === null ? '' : `:${line}`}: left out: ${text}\n`);
  }
  if (!session.isComplete) process.stderr.write(`${file}: broken off; the report is about what is there.\n`);
  const failures = failuresOf(session.analysed, failOn);
  for (const failure of failures) process.stderr.write(`FAILED  ${failure}\n`);
  return failures.length > 0 ? 1 : 0;
}
