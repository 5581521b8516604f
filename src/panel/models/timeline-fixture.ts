/** A timeline for tests: ten seconds on a thousand pixels, a hundred pixels high below its axis, with nothing around it. */
import { lineageIndex, lineagesOf } from '../../analysis/lineage.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { createDensity } from './density.ts';
import type { TimelineInput } from './lane-layout.ts';
import { createLanes, lanesOfListed } from './lanes.ts';

export function inputFixture(records: readonly ConnectionRecord[], fields: Partial<TimelineInput> = {}): TimelineInput {
  const index = lineageIndex(lineagesOf(records));
  return {
    lanes: createLanes()(lanesOfListed(records, (id) => index.get(id))),
    bucketsOf: () => null,
    densityOf: (_, cells) => createDensity(cells),
    families: new Map(),
    track: { bars: [], rows: 0, navigationsMs: [], markers: [] },
    minimap: null,
    highlight: null,
    brush: null,
    scale: { fromMs: 1_000, toMs: 11_000, leftPx: 100, widthPx: 1_000 },
    cellPx: 3,
    originMs: 1_000,
    nowMs: 9_000,
    selectedId: null,
    scrollPx: 0,
    bands: { minimapPx: 0, axisPx: 24, trackPx: 44, lanesPx: 60, bottomPx: 160 },
    ...fields,
  };
}
