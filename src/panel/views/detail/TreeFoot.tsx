/** Below the tree: where the active value is, and what can be copied of it. */
import type { ShownRow } from '../../payload-worker/messages.ts';
import type { DetailState } from '../../state/detail-state.ts';
import { PAYLOAD } from '../../words-detail.ts';
import { CopyButton } from '../CopyButton.tsx';

export interface TreeFootProps {
  readonly detail: DetailState;
  /** Null: none is active. */
  readonly row: ShownRow | null;
  onShowBytes(): void;
}

export function TreeFoot({ detail, row, onShowBytes }: TreeFootProps) {
  // There is always one: a tree that changed its height would hide the row that was brought into view.
  if (!row) return <div class="tree-foot" />;
  return (
    <div class="tree-foot">
      <bdi class="tree-path" title={row.path}>
        {row.path}
      </bdi>
      {row.from >= 0 && (
        <button type="button" class="tool" title={PAYLOAD.showBytes} onClick={onShowBytes}>
          {row.from}–{row.to}
        </button>
      )}
      <CopyButton label={PAYLOAD.copyPath} text={() => row.path} isDisabled={false} words={PAYLOAD.copyPath} />
      <CopyButton
        label={PAYLOAD.copyValue}
        text={() => detail.desk.copy(row.id)}
        isDisabled={false}
        words={PAYLOAD.copyValue}
      />
    </div>
  );
}
