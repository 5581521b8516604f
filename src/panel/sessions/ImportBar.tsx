/** Reads recordings from files: chosen, or dropped anywhere on the list of sessions. One after the other. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../words/words.ts';
import type { FileNews } from '../file-worker/messages.ts';
import { formatBytes } from '../models/format.ts';
import { FileField } from '../views/FileField.tsx';
import { usePanel } from '../views/use-panel.ts';
import { IMPORT } from '../words-sessions.ts';
import { useJob } from './use-job.ts';

/** What is asked for is let in whatever it is called: the worker looks into it. */
const ACCEPTED = '.ndjson,.har,.json,.jsonl,application/json,application/x-ndjson';

export function useImport() {
  const { sessions } = usePanel();
  const job = useJob();
  const [waiting, setWaiting] = useState<readonly File[]>([]);
  const [file, setFile] = useState<File | null>(null);

  useEffect(() => {
    const [next, ...rest] = waiting;
    if (!next || job.isRunning) return;
    setWaiting(rest);
    setFile(next);
    job.start({ kind: 'import', file: next }, () => void sessions.noteImportEnded());
  }, [waiting, job.isRunning]);

  return {
    job,
    file,
    add: (files: Iterable<File>) => setWaiting([...waiting, ...files]),
  };
}

export type Importing = ReturnType<typeof useImport>;

export function ImportButton({ importing }: { readonly importing: Importing }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button" title={IMPORT.drop} onClick={() => input.current?.click()}>
        {IMPORT.button}
      </button>
      <FileField field={input} accept={ACCEPTED} isMultiple onFiles={importing.add} />
    </>
  );
}

/** How far it is, what came of it, what is asked. */
export function ImportBar({ importing }: { readonly importing: Importing }) {
  const { job, file } = importing;
  const name = file?.name ?? '';
  const readBytes = job.news?.kind === 'progress' ? job.news.done : 0;
  return (
    <div class="sessions-said" role="status">
      {job.isRunning && job.news?.kind !== 'asksToKeep' && (
        <>
          {IMPORT.reading(name, formatBytes(readBytes), formatBytes(file?.size ?? 0))}{' '}
          <button type="button" class="link" onClick={() => job.order({ kind: 'cancel' })}>
            {IMPORT.cancel}
          </button>
        </>
      )}
      {job.news && <News news={job.news} name={name} onKeep={(on) => job.order({ kind: 'keep', on })} />}
    </div>
  );
}

interface NewsProps {
  readonly news: FileNews;
  readonly name: string;
  onKeep(on: boolean): void;
}

function News({ news, name, onKeep }: NewsProps): ComponentChildren {
  const { sessions } = usePanel();
  if (news.kind === 'failed') return <span class="sessions-problem">{IMPORT.failed(name, news.problem)}</span>;
  if (news.kind === 'asksToKeep') {
    return (
      <>
        <span class="sessions-problem">
          {IMPORT.asks(news.problem, news.read.connections, formatCount(news.read.frames))}
        </span>{' '}
        <button type="button" class="button" onClick={() => onKeep(true)}>
          {IMPORT.keep}
        </button>{' '}
        <button type="button" class="button" onClick={() => onKeep(false)}>
          {IMPORT.discard}
        </button>
      </>
    );
  }
  if (news.kind !== 'imported') return null;
  const { sessionId, read, refused, problems, brokenBy } = news.report;
  return (
    <>
      {IMPORT.done(name, read.connections, formatCount(read.frames))}{' '}
      <a class="link" href={sessions.urlOf(sessionId)} target="_blank" rel="noreferrer">
        {IMPORT.open}
      </a>
      {brokenBy !== null && <div class="sessions-problem">{IMPORT.brokenBy(brokenBy)}</div>}
      {refused > 0 && (
        <details class="sessions-problem">
          <summary>{IMPORT.refused(refused)}</summary>
          <ul>
            {problems.map((problem) => (
              <li key={`${problem.line} ${problem.text}`}>{IMPORT.problem(problem)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
