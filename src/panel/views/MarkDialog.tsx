/** What somebody writes to a frame or a moment, to find it again. */
import { useState } from 'preact/hooks';
import { MAX_MARK_CHARS } from '../../protocol/limits.ts';
import type { Marking } from '../state/frame-tools-state.ts';
import { MARK_DIALOG } from '../words-grids.ts';
import { Dialog, DialogButtons, useDialog } from './Dialog.tsx';
import { usePanel } from './use-panel.ts';

export function MarkDialog({ marking }: { readonly marking: Marking }) {
  const { frameTools } = usePanel();
  const dialog = useDialog();
  const [text, setText] = useState(marking.kind === 'edit' ? (marking.mark.text ?? '') : '');
  const problem = frameTools.markProblem.value;
  return (
    <Dialog
      dialog={dialog}
      title={marking.kind === 'edit' ? MARK_DIALOG.edit : MARK_DIALOG.title}
      hint={MARK_DIALOG.hint}
      onSubmit={() => void frameTools.saveMark(text.trim())}
      onClose={() => frameTools.startMarking(null)}
    >
      <textarea
        class="compose-text"
        rows={3}
        maxLength={MAX_MARK_CHARS}
        aria-label={MARK_DIALOG.text}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          void frameTools.saveMark(text.trim());
        }}
      />
      <DialogButtons dialog={dialog} words={MARK_DIALOG} problem={problem !== null && MARK_DIALOG.problems[problem]} />
    </Dialog>
  );
}
