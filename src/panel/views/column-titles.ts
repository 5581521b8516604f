/** What the columns of the grids are called. */
import type { ConnectionColumn } from '../models/connection-rows.ts';
import type { FrameColumn } from '../state/frame-list-state.ts';
import { CONNECTIONS, FRAMES } from '../words.ts';
import { FRAME_GRID, MORE_CONNECTION_COLUMNS } from '../words-grids.ts';

export const CONNECTION_TITLES: Readonly<Record<ConnectionColumn, string>> = {
  ...CONNECTIONS.columns,
  ...MORE_CONNECTION_COLUMNS,
};

export const FRAME_TITLES: Readonly<Record<FrameColumn, string>> = { ...FRAMES.columns, ...FRAME_GRID.columns };
