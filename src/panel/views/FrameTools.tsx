/** The dialogs in which frames are marked, compared and written; each is loaded when it is asked for. */
import type { CompareDialogProps } from '../compare/CompareDialog.tsx';
import type { FrameDraft } from '../models/frame-draft.ts';
import type { Marking } from '../state/frame-tools-state.ts';
import { COMPARE } from '../words-grids.ts';
import { lazyView } from './lazy.tsx';
import { usePanel } from './use-panel.ts';

const CompareDialog = lazyView<CompareDialogProps>(
  () => import('../compare/CompareDialog.tsx').then((file) => file.CompareDialog),
  'nothing',
);
const ComposeDialog = lazyView<{ readonly draft: FrameDraft }>(
  () => import('../compose/ComposeDialog.tsx').then((file) => file.ComposeDialog),
  'nothing',
);
const MarkDialog = lazyView<{ readonly marking: Marking }>(
  () => import('./MarkDialog.tsx').then((file) => file.MarkDialog),
  'nothing',
);

export function FrameTools() {
  const { frameTools } = usePanel();
  const marking = frameTools.marking.value;
  const compared = frameTools.compared.value;
  const draft = frameTools.draft.value;
  return (
    <>
      {marking && <MarkDialog marking={marking} />}
      {compared && <CompareDialog places={compared} />}
      {draft && <ComposeDialog draft={draft} />}
    </>
  );
}

/** Above the frames while one waits for another to be compared with. */
export function ComparingBar() {
  const { frameTools, frames, selected } = usePanel();
  const base = frameTools.base.value;
  const connectionId = selected.value?.connectionId;
  const seq = frames.selectedSeq.value;
  if (!base || connectionId === undefined) return null;
  const isOther = seq !== null && (connectionId !== base.connectionId || seq !== base.seq);
  return (
    <div class="comparing" role="status">
      <span>{COMPARE.choose(base.seq)}</span>
      <button
        type="button"
        class="button button-primary"
        disabled={!isOther}
        onClick={() => seq !== null && frameTools.compareWith({ connectionId, seq })}
      >
        {COMPARE.compare}
      </button>
      <button type="button" class="button" onClick={() => frameTools.setBase(null)}>
        {COMPARE.cancel}
      </button>
    </div>
  );
}
