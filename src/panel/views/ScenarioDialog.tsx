/** A scenario before it is played: its numbers, where it is played, and all of it as JSON for one's own. */
import { useId, useState } from 'preact/hooks';
import { scenarioWords } from '../../faults/catalogue-words.ts';
import { endpointPattern } from '../../faults/resolve.ts';
import { MAX_SCENARIO_NAME_CHARS, readScenario, type Scenario } from '../../faults/scenario.ts';
import { fieldsOf, type ScenarioField } from '../../faults/scenario-fields.ts';
import type { ScenarioTarget } from '../../protocol/panel-link.ts';
import { changedScenario, type FieldProblem } from '../models/scenario-form.ts';
import { freeName } from '../state/scenario-state.ts';
import { CHOICE_NAMES, EFFECT_NAMES, FIELD_NAMES, SCENARIO_DIALOG } from '../words-faults.ts';
import { Dialog, DialogButtons, useDialog } from './Dialog.tsx';
import { usePanel } from './use-panel.ts';

export interface ScenarioDialogProps {
  readonly scenario: Scenario;
  onClose(): void;
}

export function ScenarioDialog({ scenario: given, onClose }: ScenarioDialogProps) {
  const state = usePanel();
  const { scenarios } = state;
  const dialog = useDialog();
  const [scenario, setScenario] = useState(given);
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(new Map());
  const [json, setJson] = useState<string | null>(null);
  const [problem, setProblem] = useState<FieldProblem | null>(null);
  const [name, setName] = useState(() =>
    given.group === 'own' ? given.name : freeName(given.name, scenarios.own.peek()),
  );
  const selected = state.drop.obstacle.value === null ? state.selected.value : null;
  const [where, setWhere] = useState<ScenarioTarget['kind']>(given.scope === 'tab' || !selected ? 'tab' : 'connection');
  const [pattern, setPattern] = useState(selected ? endpointPattern(selected.url) : 'wss://*');

  /** What the fields say; null: one of them is wrong, and is told. */
  function read(): Scenario | null {
    const changed = json === null ? changedScenario(scenario, texts) : parseJson(json);
    setProblem(changed.ok ? null : changed);
    if (changed.ok) return changed.value;
    dialog.focusField(changed.field);
    return null;
  }

  function targetOf(): ScenarioTarget | null {
    if (where === 'tab') return { kind: 'tab' };
    if (where === 'connection') return selected && { kind: 'connection', connectionId: selected.connectionId };
    if (pattern.trim() !== '') return { kind: 'matching', urlPattern: pattern.trim() };
    setProblem({ ok: false, field: 'urlPattern', problem: SCENARIO_DIALOG.noPattern });
    return null;
  }

  function play(): void {
    const wanted = read();
    const target = wanted && targetOf();
    if (!wanted || !target) return;
    scenarios.play(wanted, target);
    dialog.close();
  }

  function save(): void {
    const wanted = read();
    if (!wanted) return;
    const named = readScenario({ ...wanted, name: name.trim(), group: 'own' });
    setProblem(named.ok ? null : named);
    if (!named.ok) return;
    scenarios.save(named.value);
    setScenario(named.value);
    setTexts(new Map());
    setJson(null);
  }

  const shown = scenarioWords(scenario);
  return (
    <Dialog
      dialog={dialog}
      title={shown.name}
      hint={shown.description}
      class="scenario"
      onSubmit={play}
      onClose={onClose}
    >
      <Where
        where={where}
        pattern={pattern}
        url={selected?.url ?? null}
        problem={problem?.field === 'urlPattern' ? problem.problem : null}
        onWhere={setWhere}
        onPattern={setPattern}
      />
      {json === null && (
        <Numbers
          scenario={scenario}
          texts={texts}
          problem={problem}
          onText={(path, text) => {
            setTexts(new Map(texts).set(path, text));
            setProblem(null);
          }}
        />
      )}
      <Json
        text={json}
        problem={problem}
        onOpen={() => setJson(JSON.stringify(read() ?? scenario, null, 2))}
        onText={(text) => {
          setJson(text);
          setProblem(null);
        }}
      />
      <div class="scenario-own">
        <label>
          {SCENARIO_DIALOG.name}{' '}
          <input
            name="name"
            class="settings-input scenario-text"
            maxLength={MAX_SCENARIO_NAME_CHARS}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="button" class="button" onClick={save}>
          {SCENARIO_DIALOG.save}
        </button>
        {scenario.group === 'own' && (
          <button
            type="button"
            class="button"
            onClick={() => {
              scenarios.remove(scenario.name);
              dialog.close();
            }}
          >
            {SCENARIO_DIALOG.remove}
          </button>
        )}
      </div>
      <DialogButtons
        dialog={dialog}
        words={{ cancel: SCENARIO_DIALOG.cancel, save: SCENARIO_DIALOG.play }}
        isDisabled={where === 'connection' && !selected}
      />
    </Dialog>
  );
}

function parseJson(text: string): ReturnType<typeof readScenario> {
  try {
    return readScenario(JSON.parse(text));
  } catch (error) {
    return { ok: false, field: '', problem: SCENARIO_DIALOG.noJson(error instanceof Error ? error.message : '') };
  }
}

interface WhereProps {
  readonly where: ScenarioTarget['kind'];
  readonly pattern: string;
  /** Of the selected connection; null: none is there that can be dropped. */
  readonly url: string | null;
  readonly problem: string | null;
  onWhere(where: ScenarioTarget['kind']): void;
  onPattern(pattern: string): void;
}

function Where({ where, pattern, url, problem, onWhere, onPattern }: WhereProps) {
  const id = useId();
  const choice = (kind: ScenarioTarget['kind'], label: string, isDisabled = false) => (
    <label class="scenario-choice">
      <input type="radio" name={id} checked={where === kind} disabled={isDisabled} onChange={() => onWhere(kind)} />
      {label}
    </label>
  );
  return (
    <fieldset class="scenario-fields">
      <legend>{SCENARIO_DIALOG.where}</legend>
      {choice('connection', url === null ? SCENARIO_DIALOG.noConnection : SCENARIO_DIALOG.connection, url === null)}
      {where === 'connection' && url !== null && <span class="scenario-url faint">{url}</span>}
      {choice('matching', SCENARIO_DIALOG.matching)}
      {where === 'matching' && (
        <span class="scenario-pattern">
          <input
            name="urlPattern"
            class="settings-input scenario-text"
            aria-label={SCENARIO_DIALOG.pattern}
            aria-invalid={problem !== null}
            spellcheck={false}
            value={pattern}
            onInput={(event) => onPattern(event.currentTarget.value)}
          />
          <span class="faint">{SCENARIO_DIALOG.patternHint}</span>
          <span class="settings-problem" role="alert">
            {problem}
          </span>
        </span>
      )}
      {choice('tab', SCENARIO_DIALOG.tab)}
    </fieldset>
  );
}

interface NumbersProps {
  readonly scenario: Scenario;
  readonly texts: ReadonlyMap<string, string>;
  readonly problem: FieldProblem | null;
  onText(path: string, text: string): void;
}

function Numbers({ scenario, texts, problem, onText }: NumbersProps) {
  const groups = new Map<string, ScenarioField[]>();
  for (const field of fieldsOf(scenario)) {
    const [, step] = /^steps\.(\d+)\./.exec(field.path) ?? [];
    const kind = step === undefined ? undefined : scenario.steps[Number(step)]?.what.kind;
    const head =
      kind === undefined ? SCENARIO_DIALOG.whole : SCENARIO_DIALOG.step(Number(step) + 1, EFFECT_NAMES[kind] ?? kind);
    groups.set(head, [...(groups.get(head) ?? []), field]);
  }
  return [...groups].map(([head, fields]) => (
    <fieldset key={head} class="scenario-fields scenario-numbers">
      <legend>{head}</legend>
      {fields.map((field) => (
        <NumberField
          key={field.path}
          field={field}
          text={texts.get(field.path) ?? String(field.value ?? '')}
          problem={problem?.field === field.path ? problem.problem : null}
          onText={(text) => onText(field.path, text)}
        />
      ))}
    </fieldset>
  ));
}

interface NumberFieldProps {
  readonly field: ScenarioField;
  readonly text: string;
  readonly problem: string | null;
  onText(text: string): void;
}

function NumberField({ field: { path, name, value, choices }, text, problem, onText }: NumberFieldProps) {
  const id = useId();
  const { label, unit } = FIELD_NAMES[name] ?? { label: name, unit: '' };
  return (
    <span class="scenario-field">
      <label for={id}>{label}</label>
      <span class="settings-value">
        {choices ? (
          <select id={id} name={path} value={text} onChange={(event) => onText(event.currentTarget.value)}>
            {choices.map((word) => (
              <option key={word} value={word}>
                {CHOICE_NAMES[word] ?? word}
              </option>
            ))}
          </select>
        ) : (
          <input
            id={id}
            name={path}
            class={`settings-input ${typeof value === 'string' ? 'scenario-text' : ''}`}
            inputMode={typeof value === 'string' ? 'text' : 'decimal'}
            autocomplete="off"
            spellcheck={false}
            value={text}
            aria-invalid={problem !== null}
            aria-describedby={`${id}-unit ${id}-problem`}
            onInput={(event) => onText(event.currentTarget.value)}
          />
        )}
        <span id={`${id}-unit`}>{unit}</span>
      </span>
      <span id={`${id}-problem`} class="settings-problem" role="alert">
        {problem}
      </span>
    </span>
  );
}

interface JsonProps {
  /** Null: closed. */
  readonly text: string | null;
  readonly problem: FieldProblem | null;
  onOpen(): void;
  onText(text: string): void;
}

function Json({ text, problem, onOpen, onText }: JsonProps) {
  if (text === null) {
    return (
      <button type="button" class="link" onClick={onOpen}>
        {SCENARIO_DIALOG.json}
      </button>
    );
  }
  return (
    <label class="scenario-json">
      {SCENARIO_DIALOG.json} <span class="faint">{SCENARIO_DIALOG.jsonHint}</span>
      <textarea
        rows={14}
        spellcheck={false}
        value={text}
        aria-invalid={problem !== null}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      <span class="settings-problem" role="alert">
        {problem && `${problem.field} ${problem.problem}`.trim()}
      </span>
    </label>
  );
}
