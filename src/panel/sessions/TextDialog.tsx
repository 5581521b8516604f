/** Asks for one text: a name, notes, what a marker says. */
import { useId, useState } from 'preact/hooks';
import { Dialog, DialogButtons, useDialog } from '../views/Dialog.tsx';
import './sessions.css';
import { SESSIONS } from '../words-sessions.ts';

export interface TextDialogProps {
  readonly title: string;
  readonly hint?: string;
  readonly label: string;
  readonly text: string;
  readonly placeholder?: string;
  readonly maxChars: number;
  readonly save?: string;
  /** Several lines. */
  readonly isLong?: boolean;
  onSave(text: string): void;
  onClose(): void;
}

export function TextDialog(props: TextDialogProps) {
  const { title, hint = '', label, placeholder = '', maxChars, save = SESSIONS.save, isLong = false } = props;
  const dialog = useDialog();
  const id = useId();
  const [text, setText] = useState(props.text);
  const shared = {
    id,
    name: 'text',
    class: 'session-text',
    maxLength: maxChars,
    placeholder,
    dir: 'auto',
    value: text,
  } as const;

  function submit(): void {
    props.onSave(text.trim());
    dialog.close();
  }

  return (
    <Dialog dialog={dialog} title={title} hint={hint} onSubmit={submit} onClose={props.onClose}>
      <label class="session-label" for={id}>
        {label}
      </label>
      {isLong ? (
        <textarea {...shared} rows={6} onInput={(event) => setText(event.currentTarget.value)} />
      ) : (
        <input {...shared} autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
      )}
      <DialogButtons dialog={dialog} words={{ cancel: SESSIONS.cancel, save }} />
    </Dialog>
  );
}
