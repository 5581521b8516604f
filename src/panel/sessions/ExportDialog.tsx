/** Saves a session as a file: which kind of file, what is hidden in it, and what that will be. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { SessionRecord } from '../../protocol/records.ts';
import type { RedactionPreview } from '../../report/redaction/names-given.ts';
import { readPattern } from '../../report/redaction/patterns.ts';
import { REDACTION_MODES, type RedactionMode } from '../../report/redaction/redact-recording.ts';
import { formatCount } from '../../words/words.ts';
import type { Redaction } from '../file-worker/messages.ts';
import { EXPORT_FORMAT_NAMES, EXPORT_FORMATS, type ExportFormat, fileNameOf } from '../models/export-formats.ts';
import { Dialog, useDialog } from '../views/Dialog.tsx';
import { saveFile } from '../views/save-file.ts';
import { usePanel } from '../views/use-panel.ts';
import { EXPORT } from '../words-sessions.ts';
import { CollectorField } from './CollectorField.tsx';
import { useJob } from './use-job.ts';

const PATTERNS = 'redactionPatterns';
/** So long after the last key the preview is made anew. */
const SETTLE_MS = 400;
const LISTED = 100;

export interface ExportDialogProps {
  readonly session: SessionRecord;
  onClose(): void;
}

export function ExportDialog({ session, onClose }: ExportDialogProps) {
  const state = usePanel();
  const dialog = useDialog();
  const [format, setFormat] = useState<ExportFormat>(EXPORT_FORMAT_NAMES[0] ?? 'html');
  const [mode, setMode] = useState<RedactionMode>('secrets');
  const [patterns, setPatterns] = useState(() => state.preferences.value(PATTERNS, asText));
  const preview = useJob();
  const writing = useJob();
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  const problem = problemOf(patterns);
  const redaction: Redaction = { mode, patterns: linesOf(patterns), keepKinds: [] };
  const { sessionId } = session;

  useEffect(() => {
    preview.stop();
    if (mode !== 'secrets' || problem !== null) return undefined;
    settling.current = setTimeout(() => preview.start({ kind: 'preview', sessionId, redaction }), SETTLE_MS);
    return () => clearTimeout(settling.current);
  }, [mode, patterns]);

  function save(): void {
    if (problem !== null || writing.isRunning) return;
    state.preferences.set(PATTERNS, patterns);
    // Whoever saves at once must not wait for a preview that nobody will see.
    clearTimeout(settling.current);
    preview.stop();
    const { version } = state;
    const budgets = state.verdict.budgets.peek();
    const job = { kind: 'export', sessionId, redaction, format, budgets, version, nowMs: state.nowMs() } as const;
    writing.start(job, (news) => {
      if (news.kind !== 'exported') return;
      const name = fileNameOf(session.name, session.startedAtMs, format);
      saveFile(name, EXPORT_FORMATS[format].mime, news.content);
      state.announce(EXPORT.saved(name));
      dialog.close();
    });
  }

  return (
    <Dialog
      dialog={dialog}
      class="export"
      title={EXPORT.title(session.name)}
      hint={EXPORT.hint}
      onSubmit={save}
      onClose={onClose}
    >
      <div class="export-body">
        <Choices
          label={EXPORT.format}
          name="format"
          names={EXPORT_FORMAT_NAMES}
          words={EXPORT.formats}
          chosen={format}
          onChoose={(name) => setFormat(name)}
        />
        {format === 'otlp' && <CollectorField session={session} redaction={redaction} />}
        <Choices
          label={EXPORT.redaction}
          name="mode"
          names={REDACTION_MODES}
          words={EXPORT.modes}
          chosen={mode}
          onChoose={(name) => setMode(name)}
        />
        {mode !== 'none' && <Patterns text={patterns} problem={problem} onText={setPatterns} />}
        {mode === 'secrets' && (
          <Preview
            preview={preview.news?.kind === 'previewed' ? preview.news.preview : null}
            progress={
              preview.news?.kind === 'progress'
                ? EXPORT.previewing(formatCount(preview.news.done), formatCount(preview.news.total))
                : ''
            }
          />
        )}
      </div>
      <p class="settings-problem" role="alert">
        {writing.news?.kind === 'failed' && EXPORT.failed(writing.news.problem)}
      </p>
      <div class="settings-buttons">
        <output class="export-progress" aria-live="polite">
          {writing.news?.kind === 'progress' &&
            EXPORT.writing(formatCount(writing.news.done), formatCount(writing.news.total))}
        </output>
        <button type="button" class="button" onClick={() => (writing.isRunning ? writing.stop() : dialog.close())}>
          {EXPORT.cancel}
        </button>
        <button type="submit" class="button button-primary" disabled={writing.isRunning}>
          {EXPORT.save}
        </button>
      </div>
    </Dialog>
  );
}

interface ChoicesProps<Name extends string> {
  readonly label: string;
  readonly name: string;
  readonly names: readonly Name[];
  readonly words: Readonly<Record<Name, readonly [title: string, hint: string]>>;
  readonly chosen: Name;
  onChoose(name: Name): void;
}

function Choices<Name extends string>({ label, name, names, words, chosen, onChoose }: ChoicesProps<Name>) {
  return (
    <fieldset class="export-choices">
      <legend>{label}</legend>
      {names.map((one) => (
        <label key={one}>
          <input type="radio" name={name} value={one} checked={one === chosen} onChange={() => onChoose(one)} />
          <span>
            {words[one][0]}
            <span class="faint"> {words[one][1]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface PatternsProps {
  readonly text: string;
  readonly problem: string | null;
  onText(text: string): void;
}

function Patterns({ text, problem, onText }: PatternsProps) {
  const id = useId();
  return (
    <div class="export-patterns">
      <label class="session-label" for={id}>
        {EXPORT.patterns}
      </label>
      <textarea
        id={id}
        name="patterns"
        class="session-text"
        rows={2}
        spellcheck={false}
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      <span id={`${id}-problem`} class="settings-problem" role="alert">
        {problem}
      </span>
    </div>
  );
}

function Preview({
  preview,
  progress,
}: {
  readonly preview: RedactionPreview | null;
  readonly progress: ComponentChildren;
}) {
  if (!preview) return <output class="faint">{progress}</output>;
  const { secrets, secretCount, hiddenCount, leftOut } = preview;
  return (
    <section class="export-preview" aria-label={EXPORT.preview}>
      <p>
        <strong>{secretCount === 0 ? EXPORT.nothingHidden : EXPORT.hidden(secretCount, hiddenCount)}</strong>
        {leftOut > 0 && <> {EXPORT.leftOut(leftOut)}</>}
      </p>
      {secrets.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>{EXPORT.columns.name}</th>
              <th>{EXPORT.columns.sample}</th>
              <th class="number">{EXPORT.columns.count}</th>
              <th>{EXPORT.columns.places}</th>
            </tr>
          </thead>
          <tbody>
            {secrets.slice(0, LISTED).map(({ name, sample, count, places }) => (
              <tr key={name}>
                <td>{name}</td>
                <td>{sample}</td>
                <td class="number">{formatCount(count)}</td>
                <td>{places.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What is wrong with the first pattern that is none. */
function problemOf(text: string): string | null {
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const { problem } = readPattern(line.trim());
    if (problem !== null) return EXPORT.patternProblem(at + 1, problem);
  }
  return null;
}

function asText(stored: unknown): string {
  return typeof stored === 'string' ? stored : '';
}
