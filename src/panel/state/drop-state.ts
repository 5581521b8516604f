/** The one-click drop: whether the selected connection can be dropped, and what became of the drop that was asked for last. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { canBeDropped, isWithinReach } from '../../analysis/connection-state.ts';
import type { DropOutcome } from '../../protocol/panel-link.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { PanelLink } from '../link/panel-link.ts';
import type { RecordingState } from './recording-state.ts';

/** The drop that was asked for last. */
export interface DropReport {
  readonly url: string;
  /** Null until it is known. */
  readonly outcome: DropOutcome | null;
}

/** Why the drop button does nothing; null: it does. */
export type DropObstacle = 'stored' | 'nothingSelected' | 'alreadyEnded' | 'outOfReach' | 'notAttached' | null;

export interface DropState {
  readonly report: ReadonlySignal<DropReport | null>;
  readonly obstacle: ReadonlySignal<DropObstacle>;
  /** Nothing, where there is an obstacle. */
  dropSelected(): void;
}

export interface DropStateInput {
  readonly link: Pick<PanelLink, 'drop'>;
  readonly recording: Pick<RecordingState, 'status' | 'sessionId'>;
  readonly selected: ReadonlySignal<ConnectionRecord | null>;
  readonly isStored: boolean;
}

export function createDropState({ link, recording, selected, isStored }: DropStateInput): DropState {
  const report = signal<DropReport | null>(null);
  const obstacle = computed((): DropObstacle => {
    if (isStored) return 'stored';
    if (recording.status.value !== 'attached') return 'notAttached';
    if (!selected.value) return 'nothingSelected';
    if (!isWithinReach(selected.value)) return 'outOfReach';
    return canBeDropped(selected.value) ? null : 'alreadyEnded';
  });

  // A report is about the session in which the drop was made.
  effect(() => {
    recording.sessionId.value;
    report.value = null;
  });

  return {
    report,
    obstacle,
    dropSelected: () => {
      const record = selected.value;
      if (!record || obstacle.value !== null) return;
      const asked: DropReport = { url: record.url, outcome: null };
      report.value = asked;
      void link.drop(record.connectionId).then((outcome) => {
        if (report.value === asked) report.value = { ...asked, outcome };
      });
    },
  };
}
