/** Writes what happened at a moment, for the timeline. The moment is that of the button, not of the last letter. */
import { usePanel } from '../views/use-panel.ts';
import { MARKS } from '../words-sessions.ts';
import { TextDialog } from './TextDialog.tsx';

const MAX_CHARS = 500;

export function MarkMoment({ atMs }: { readonly atMs: number }) {
  const { sessions, announce } = usePanel();

  async function save(text: string): Promise<void> {
    if ((await sessions.mark(atMs, text)) !== 'done') announce(MARKS.failed);
  }

  return (
    <TextDialog
      title={MARKS.title}
      label={MARKS.text}
      text=""
      placeholder={MARKS.placeholder}
      maxChars={MAX_CHARS}
      save={MARKS.save}
      onSave={(text) => void save(text)}
      onClose={() => sessions.endMarking()}
    />
  );
}
