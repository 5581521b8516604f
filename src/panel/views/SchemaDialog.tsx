/** Where the user gives a JSON Schema for messages. */
import { useId, useState } from 'preact/hooks';
import { readSchema } from '../models/message-schema.ts';
import { SCHEMA } from '../words-findings.ts';
import { Dialog, ResettingButtons, useDialog } from './Dialog.tsx';
import { usePanel } from './use-panel.ts';

const FIELD = 'schema';

export function SchemaDialog({ onClose }: { onClose(): void }) {
  const { analysis } = usePanel();
  const dialog = useDialog();
  const id = useId();
  const [text, setText] = useState(analysis.schema.peek());
  const [problem, setProblem] = useState<string | null>(() => {
    const told = analysis.result.peek()?.schemaProblem ?? null;
    return told === null ? null : SCHEMA.refused(told);
  });

  function save(): void {
    const reading = readSchema(text);
    if (reading.ok) {
      analysis.setSchema(text.trim());
      dialog.close();
      return;
    }
    setProblem(reading.problem === 'noJson' ? SCHEMA.noJson(reading.detail) : SCHEMA.noSchema);
    dialog.focusField(FIELD);
  }

  function change(next: string): void {
    setText(next);
    setProblem(null);
  }

  return (
    <Dialog dialog={dialog} title={SCHEMA.title} hint={SCHEMA.hint} class="schema" onSubmit={save} onClose={onClose}>
      <label class="scenario-json" for={id}>
        {SCHEMA.label}
      </label>
      <textarea
        id={id}
        name={FIELD}
        class="schema-text"
        rows={14}
        spellcheck={false}
        placeholder={SCHEMA.placeholder}
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <span id={`${id}-problem`} class="settings-problem" role="alert">
        {problem}
      </span>
      <ResettingButtons dialog={dialog} words={SCHEMA} onReset={() => change('')} />
    </Dialog>
  );
}
