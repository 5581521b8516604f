/**
 * A dialog of the browser's own kind: it keeps the focus, Escape closes it, and what is behind it is out of reach. All
 * dialogs of the panel are made of it; what they ask is theirs.
 */
import type { ComponentChildren, RefObject } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

export interface DialogHandle {
  readonly element: RefObject<HTMLDialogElement | null>;
  close(): void;
  /** Puts the focus into a field, where something is wrong with it. */
  focusField(name: string): void;
}

export function useDialog(): DialogHandle {
  const element = useRef<HTMLDialogElement>(null);
  return {
    element,
    close: () => element.current?.close(),
    focusField: (name) => element.current?.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus(),
  };
}

export interface DialogProps {
  readonly dialog: DialogHandle;
  readonly title: string;
  readonly hint: ComponentChildren;
  /** In addition to that of all dialogs. */
  readonly class?: string;
  readonly children: ComponentChildren;
  onSubmit(): void;
  onClose(): void;
}

/** Opens as soon as it is there. */
export function Dialog({ dialog, title, hint, class: ownClass = '', children, onSubmit, onClose }: DialogProps) {
  const titleId = useId();
  useLayoutEffect(() => dialog.element.current?.showModal(), []);
  return (
    <dialog ref={dialog.element} class={`settings ${ownClass}`} aria-labelledby={titleId} onClose={onClose}>
      <form
        method="dialog"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <h2 id={titleId}>{title}</h2>
        <p class="faint">{hint}</p>
        {children}
      </form>
    </dialog>
  );
}

export interface DialogButtonsProps {
  readonly dialog: DialogHandle;
  readonly words: { readonly cancel: string; readonly save: string };
  /** What was wrong when it was last sent, said above the row; not given: wrong things are said beside their fields. */
  readonly problem?: ComponentChildren;
  readonly isDisabled?: boolean;
  /** What stands in the row before them. */
  readonly children?: ComponentChildren;
}

/** The row at the end: leave, save. */
export function DialogButtons({ dialog, words, problem, isDisabled = false, children }: DialogButtonsProps) {
  return (
    <>
      {problem !== undefined && (
        <p class="settings-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="settings-buttons">
        {children}
        <button type="button" class="button" onClick={dialog.close}>
          {words.cancel}
        </button>
        <button type="submit" class="button button-primary" disabled={isDisabled}>
          {words.save}
        </button>
      </div>
    </>
  );
}

export interface ResettingButtonsProps {
  readonly dialog: DialogHandle;
  readonly words: { readonly reset: string; readonly cancel: string; readonly save: string };
  onReset(): void;
}

/** The row at the end of what has a standard: back to it, leave, save. */
export function ResettingButtons({ dialog, words, onReset }: ResettingButtonsProps) {
  return (
    <DialogButtons dialog={dialog} words={words}>
      <button type="button" class="button settings-reset" onClick={onReset}>
        {words.reset}
      </button>
    </DialogButtons>
  );
}

export interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly inputMode: 'numeric' | 'decimal';
  readonly text: string;
  /** What is wrong with it; null: nothing. */
  readonly problem: string | null;
  readonly hint?: string;
  onText(text: string): void;
}

/** One number with its unit; what is wrong with it is said beside it. */
export function NumberField({ name, label, unit, inputMode, text, problem, hint, onText }: NumberFieldProps) {
  const id = useId();
  const described = ['unit', hint === undefined ? '' : 'hint', 'problem'].filter(Boolean);
  return (
    <div class="settings-field">
      <label for={id}>{label}</label>
      <span class="settings-value">
        <input
          id={id}
          name={name}
          class="settings-input"
          inputMode={inputMode}
          autocomplete="off"
          spellcheck={false}
          value={text}
          aria-invalid={problem !== null}
          aria-describedby={described.map((part) => `${id}-${part}`).join(' ')}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        <span id={`${id}-unit`}>{unit}</span>
      </span>
      <span id={`${id}-problem`} class="settings-problem" role="alert">
        {problem}
      </span>
      {hint !== undefined && (
        <span id={`${id}-hint`} class="settings-hint faint">
          {hint}
        </span>
      )}
    </div>
  );
}

export interface SwitchFieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly isOn: boolean;
  onChange(isOn: boolean): void;
}

export function SwitchField({ name, label, hint, isOn, onChange }: SwitchFieldProps) {
  const id = useId();
  return (
    <div class="settings-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        class="settings-switch"
        type="checkbox"
        checked={isOn}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span id={`${id}-hint`} class="settings-hint faint">
        {hint}
      </span>
    </div>
  );
}
