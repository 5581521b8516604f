/** Below the connections: the selected one, its frames or its verdict, and the frame that is selected among them. */
import type { RefObject } from 'preact';
import { SPLITTERS } from '../words.ts';
import { ConnectionSummary } from './ConnectionSummary.tsx';
import { FramesGrid } from './FramesGrid.tsx';
import { FrameTools } from './FrameTools.tsx';
import { focusOn } from './focus-on.ts';
import { lazyView } from './lazy.tsx';
import { Split } from './Split.tsx';
import { usePanel } from './use-panel.ts';

const DetailView = lazyView<object>(() => import('./detail/DetailView.tsx').then((file) => file.DetailView));
const VerdictView = lazyView<object>(() => import('./VerdictView.tsx').then((file) => file.VerdictView));

export interface SelectedConnectionProps {
  readonly root: RefObject<HTMLDivElement | null>;
  readonly isWide: boolean;
}

export function SelectedConnection({ root, isWide }: SelectedConnectionProps) {
  const { frames, verdict } = usePanel();
  return (
    <div class="frames">
      <FrameTools />
      <ConnectionSummary />
      {verdict.isShown.value ? (
        <VerdictView />
      ) : (
        <div class="panes">
          <Split
            name="detail"
            label={SPLITTERS.detail}
            direction={isWide ? 'row' : 'column'}
            share={isWide ? 0.58 : 0.34}
            first={<FramesGrid onOpen={() => focusOn(root, '.detail [role=tree]', '.detail [role=tabpanel]')} />}
            second={frames.selectedSeq.value !== null && <DetailView />}
          />
        </div>
      )}
    </div>
  );
}
