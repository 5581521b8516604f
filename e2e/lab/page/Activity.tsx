/** The last seconds of a client as bars: received above the line, sent below it, closes as red marks. */
import type { ReadonlySignal } from '@preact/signals';
import { type ActivitySlice, SLICES } from './model.ts';

const SLICE_WIDTH = 6;
const BAR_WIDTH = 4;
const HALF_HEIGHT = 13;
const WIDTH = SLICES * SLICE_WIDTH;

/** Bars grow with the logarithm, so that a burst does not flatten the calm. */
function barHeight(count: number): number {
  return count === 0 ? 0 : Math.min(HALF_HEIGHT - 1, 5 + 2.5 * Math.log2(count));
}

function barsPath(slices: readonly ActivitySlice[], key: 'received' | 'sent'): string {
  const direction = key === 'received' ? -1 : 1;
  return slices
    .map((slice, i) => {
      const height = barHeight(slice[key]);
      if (height === 0) return '';
      const bottom = HALF_HEIGHT + direction;
      return `M${i * SLICE_WIDTH} ${bottom}v${(direction * height).toFixed(1)}h${BAR_WIDTH}V${bottom}z`;
    })
    .join('');
}

function closesPath(slices: readonly ActivitySlice[]): string {
  return slices
    .map(({ closes }, i) => (closes > 0 ? `M${i * SLICE_WIDTH + BAR_WIDTH / 2} 0V${2 * HALF_HEIGHT}` : ''))
    .join('');
}

export function Activity({ activity }: { readonly activity: ReadonlySignal<readonly ActivitySlice[]> }) {
  const slices = activity.value;
  return (
    <svg class="activity" viewBox={`0 0 ${WIDTH} ${2 * HALF_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="axis" d={`M0 ${HALF_HEIGHT}H${WIDTH}`} />
      <path class="received" d={barsPath(slices, 'received')} />
      <path class="sent" d={barsPath(slices, 'sent')} />
      <path class="close" d={closesPath(slices)} />
    </svg>
  );
}
