/** Sends the selected frame again in its direction: to the server, or to the page. It is marked as simulated. */
import { canBeDropped } from '../../analysis/connection-state.ts';
import { factsOf } from '../models/content.ts';
import type { LoadedFrame } from '../state/chunk-cache.ts';
import { resendOf } from '../state/frame-orders-state.ts';
import { RESEND } from '../words-faults.ts';
import { usePanel } from './use-panel.ts';

export function ResendButton({ frame }: { readonly frame: LoadedFrame }) {
  const { frameOrders, selected, isStored } = usePanel();
  const record = selected.value;
  if (isStored || !record || !canBeDropped(record)) return null;
  const again = resendOf(frame);
  const { isOut } = factsOf(frame.flags);
  return (
    <button
      type="button"
      class="button"
      disabled={again === null}
      title={again === null ? RESEND.unknown : isOut ? RESEND.toServer : RESEND.toPage}
      onClick={() => again && frameOrders.order(record.connectionId, { kind: 'inject', ...again })}
    >
      {RESEND.button}
    </button>
  );
}
