/** What the columns of the grids are called, and which of them can be left out. */
import { CONNECTION_COLUMNS, type ConnectionColumn } from '../models/connection-rows.ts';
import { FRAME_COLUMNS, type FrameColumn } from '../state/frame-list-state.ts';
import { CONNECTIONS, FRAMES } from '../words.ts';
import { FRAME_GRID, MORE_CONNECTION_COLUMNS } from '../words-grids.ts';

export const CONNECTION_TITLES: Readonly<Record<ConnectionColumn, string>> = {
  ...CONNECTIONS.columns,
  ...MORE_CONNECTION_COLUMNS,
};

export const FRAME_TITLES: Readonly<Record<FrameColumn, string>> = { ...FRAMES.columns, ...FRAME_GRID.columns };

/** All but the one by which a row is known. */
export const CONNECTION_CHOICES = CONNECTION_COLUMNS.filter((id) => id !== 'url');
export const FRAME_CHOICES = FRAME_COLUMNS.filter((id) => id !== 'text');
