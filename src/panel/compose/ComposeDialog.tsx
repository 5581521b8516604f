/** Writes a frame and sends it to the server, or delivers it to the page; on the selected connection, while it lives. */
import { useId, useState } from 'preact/hooks';
import { canBeDropped, isWithinReach } from '../../analysis/connection-state.ts';
import type { DropOutcome } from '../../protocol/panel-link.ts';
import { DRAFT_MODES, type DraftMode, type DraftProblem, type FrameDraft, readDraft } from '../models/frame-draft.ts';
import { Dialog, DialogButtons, useDialog } from '../views/Dialog.tsx';
import { usePanel } from '../views/use-panel.ts';
import { COMPOSE } from '../words-grids.ts';

export function ComposeDialog({ draft: given }: { readonly draft: FrameDraft }) {
  const { frameTools, selected, nowMs } = usePanel();
  const dialog = useDialog();
  const fieldId = useId();
  const [draft, setDraft] = useState(given);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const record = selected.value;
  const obstacle = !record
    ? COMPOSE.nothingSelected
    : !isWithinReach(record)
      ? COMPOSE.outOfReach
      : canBeDropped(record)
        ? null
        : COMPOSE.notLive;

  function change(fields: Partial<FrameDraft>): void {
    setDraft({ ...draft, ...fields });
    setProblem(null);
    setSaid(null);
  }

  async function send(): Promise<void> {
    if (!record || obstacle !== null) return;
    const values = { nowMs: nowMs(), uuid: crypto.randomUUID(), seq: frameTools.sent.peek() + 1 };
    const read = readDraft(draft, values);
    if (read.problem) {
      setProblem(wordsOf(read.problem));
      dialog.focusField('payload');
      return;
    }
    setProblem(null);
    const outcome = await frameTools.send(record.connectionId, draft.direction, read.payload);
    if (outcome === 'done') setSaid(draft.direction === 'out' ? COMPOSE.sent : COMPOSE.delivered);
    else setProblem(failureOf(outcome));
  }

  return (
    <Dialog
      dialog={dialog}
      class="compose"
      title={COMPOSE.title}
      hint={record?.url ?? ''}
      onSubmit={() => void send()}
      onClose={() => frameTools.write(null)}
    >
      <Choice
        label={COMPOSE.direction}
        name="direction"
        options={[
          ['out', COMPOSE.toServer],
          ['in', COMPOSE.toPage],
        ]}
        value={draft.direction}
        onChange={(direction) => change({ direction })}
      />
      <Choice
        label={COMPOSE.mode}
        name="mode"
        options={DRAFT_MODES.map((mode) => [mode, COMPOSE.modes[mode]] as const)}
        value={draft.mode}
        onChange={(mode: DraftMode) => change({ mode })}
      />
      <textarea
        id={fieldId}
        name="payload"
        class="compose-text"
        rows={10}
        spellcheck={false}
        aria-label={COMPOSE.payload}
        aria-invalid={problem !== null}
        aria-describedby={`${fieldId}-problem`}
        value={draft.text}
        onInput={(event) => change({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void send();
        }}
      />
      <p class="faint compose-hint">{COMPOSE.placeholders}</p>
      <p id={`${fieldId}-problem`} class="settings-problem" role="alert">
        {obstacle ?? problem}
      </p>
      <Templates draft={draft} name={name} onName={setName} onTake={(template) => change(template)} />
      <DialogButtons
        dialog={dialog}
        words={{ cancel: COMPOSE.close, save: draft.direction === 'out' ? COMPOSE.send : COMPOSE.deliver }}
        isDisabled={obstacle !== null}
      >
        <output class="compose-said" aria-live="polite">
          {said}
        </output>
      </DialogButtons>
    </Dialog>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly name: string;
  readonly options: readonly (readonly [Value, string])[];
  readonly value: Value;
  onChange(value: Value): void;
}

function Choice<Value extends string>({ label, name, options, value, onChange }: ChoiceProps<Value>) {
  return (
    <fieldset class="compose-choice">
      <legend>{label}</legend>
      {options.map(([option, words]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
}

interface TemplatesProps {
  readonly draft: FrameDraft;
  readonly name: string;
  onName(name: string): void;
  onTake(template: FrameDraft): void;
}

/** Frames that were kept under a name; they are exported with the settings. */
function Templates({ draft, name, onName, onTake }: TemplatesProps) {
  const { frameTools } = usePanel();
  const templates = frameTools.templates.value;
  const known = templates.some((template) => template.name === name);
  return (
    <div class="compose-templates">
      {templates.length > 0 && (
        <select
          aria-label={COMPOSE.template}
          value={known ? name : ''}
          onChange={(event) => {
            const template = templates.find((one) => one.name === event.currentTarget.value);
            if (!template) return;
            const { direction, mode, text } = template;
            onName(template.name);
            onTake({ direction, mode, text });
          }}
        >
          <option value="">{COMPOSE.template}</option>
          {templates.map((template) => (
            <option key={template.name} value={template.name}>
              {template.name}
            </option>
          ))}
        </select>
      )}
      <input
        class="compose-name"
        aria-label={COMPOSE.templateName}
        placeholder={COMPOSE.templateName}
        maxLength={100}
        value={name}
        onInput={(event) => onName(event.currentTarget.value)}
      />
      <button
        type="button"
        class="button"
        disabled={name.trim() === ''}
        onClick={() => frameTools.saveTemplate({ ...draft, name: name.trim() })}
      >
        {COMPOSE.saveTemplate}
      </button>
      {known && (
        <button type="button" class="button" onClick={() => frameTools.removeTemplate(name)}>
          {COMPOSE.removeTemplate}
        </button>
      )}
    </div>
  );
}

function wordsOf(problem: DraftProblem): string {
  return problem.kind === 'notJson' ? COMPOSE.notJson(problem.detail) : COMPOSE.problems[problem.kind];
}

function failureOf(outcome: Exclude<DropOutcome, 'done'>): string {
  return COMPOSE.failures[outcome];
}
