/** A conversation as code that plays it again: shown before it is copied, without secrets unless somebody wants them. */
import { useEffect, useState } from 'preact/hooks';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { SNIPPET_KINDS, type SnippetKind } from '../../report/code/snippets.ts';
import { readPattern } from '../../report/redaction/patterns.ts';
import { CopyButton } from '../views/CopyButton.tsx';
import { Dialog, SwitchField, useDialog } from '../views/Dialog.tsx';
import { saveFile } from '../views/save-file.ts';
import { usePanel } from '../views/use-panel.ts';
import { COMMANDS } from '../words-findings.ts';
import { COPY_CODE } from '../words-sessions.ts';
import { useJob } from './use-job.ts';
import './sessions.css';

export interface CodeDialogProps {
  readonly record: ConnectionRecord;
  onClose(): void;
}

export function CodeDialog({ record, onClose }: CodeDialogProps) {
  const dialog = useDialog();
  const { preferences } = usePanel();
  const [kind, setKind] = useState<SnippetKind>('playwright');
  const [withSecrets, setWithSecrets] = useState(false);
  const job = useJob();
  const { sessionId, connectionId } = record;
  const made = job.news?.kind === 'snippet' ? job.news : null;

  useEffect(() => {
    const patterns = withSecrets ? [] : preferences.value('redactionPatterns', asLines);
    const redaction = { mode: withSecrets ? 'none' : 'secrets', patterns, keepKinds: [] } as const;
    job.start({ kind: 'snippet', sessionId, connectionId, snippet: kind, redaction });
  }, [kind, withSecrets]);

  function save(): void {
    const fileName = made?.snippet.fileName;
    if (made && typeof fileName === 'string') saveFile(fileName, 'text/plain', made.snippet.text);
  }

  return (
    <Dialog
      dialog={dialog}
      class="code"
      title={COPY_CODE.title}
      hint={COPY_CODE.hint}
      onSubmit={dialog.close}
      onClose={onClose}
    >
      <label class="code-kind">
        {COPY_CODE.kind}{' '}
        <select name="snippet" value={kind} onChange={(event) => setKind(kindOf(event.currentTarget.value))}>
          {SNIPPET_KINDS.map((name) => (
            <option key={name} value={name}>
              {COPY_CODE.kinds[name]}
            </option>
          ))}
        </select>
      </label>
      <SwitchField
        name="withSecrets"
        label={COMMANDS.withSecrets}
        hint=""
        isOn={withSecrets}
        onChange={setWithSecrets}
      />
      <textarea
        name="code"
        class="code-text"
        readOnly
        spellcheck={false}
        wrap="off"
        rows={14}
        aria-label={COPY_CODE.code}
        aria-busy={job.isRunning}
        value={made?.snippet.text ?? (job.isRunning ? COPY_CODE.making : '')}
      />
      <p class="settings-problem" role="alert">
        {job.news?.kind === 'failed' && COPY_CODE.failed(job.news.problem)}
      </p>
      <output class="code-left-out" aria-live="polite">
        {made && made.leftOut > 0 && COPY_CODE.leftOut(made.leftOut)}
      </output>
      <div class="settings-buttons">
        {made && made.snippet.fileName !== null && (
          <button type="button" class="button" onClick={save}>
            {COPY_CODE.save}
          </button>
        )}
        <button type="button" class="button" onClick={dialog.close}>
          {COPY_CODE.close}
        </button>
        <CopyButton
          text={() => made?.snippet.text ?? ''}
          isDisabled={!made}
          label={COPY_CODE.copy}
          words={COPY_CODE.copy}
        />
      </div>
    </Dialog>
  );
}

function kindOf(value: string): SnippetKind {
  return SNIPPET_KINDS.find((name) => name === value) ?? 'playwright';
}

/** The user's own patterns, as the export dialog keeps them: one a line. */
function asLines(stored: unknown): readonly string[] {
  if (typeof stored !== 'string') return [];
  const lines = stored.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && readPattern(line).problem === null);
}
