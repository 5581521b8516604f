/** How frames are listed: with which columns, and how their times are told. Remembered. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { TIME_MODES, type TimeMode } from '../models/frame-time.ts';
import { type ColumnChoice, createColumnChoice } from './column-choice.ts';
import type { Preferences } from './preferences.ts';

export const FRAME_COLUMNS = ['direction', 'seq', 'time', 'size', 'kind', 'event', 'latency', 'text'] as const;
export type FrameColumn = (typeof FRAME_COLUMNS)[number];
const USUAL: readonly FrameColumn[] = ['direction', 'time', 'size', 'kind', 'event', 'latency', 'text'];

export interface FrameListState {
  readonly columns: ColumnChoice<FrameColumn>;
  readonly timeMode: ReadonlySignal<TimeMode>;
  setTimeMode(mode: TimeMode): void;
}

export function createFrameListState(preferences: Preferences): FrameListState {
  const timeMode = signal(preferences.value('frames.time', timeModeNamed));
  return {
    columns: createColumnChoice(preferences, 'frames', FRAME_COLUMNS, USUAL),
    timeMode,
    setTimeMode: (mode) => {
      timeMode.value = mode;
      preferences.set('frames.time', mode);
    },
  };
}

function timeModeNamed(name: unknown): TimeMode {
  return TIME_MODES.find((mode) => mode === name) ?? 'clock';
}
