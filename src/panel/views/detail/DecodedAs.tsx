/** How a payload was decoded, as a chain, and the choice to decode it in another way. */
import { useState } from 'preact/hooks';
import { type DecoderEntry, INFLATIONS, PAYLOAD_DECODERS, RAW, readsThis } from '../../../decoders/payloads/table.ts';
import { visibleText } from '../../models/visible-text.ts';
import type { DetailState, FrameBody } from '../../state/detail-state.ts';
import { PAYLOAD, PROBLEMS } from '../../words-detail.ts';
import { ProtoDialog } from './ProtoDialog.tsx';

const PROTO_ID = 'proto';
const CHOOSE_PROTO = 'choose-proto';
const AUTOMATIC = '';

/** Bytes can be text, and compressed data anything: only what can never fit is left out. */
function choicesFor({ text }: FrameBody, isProtocol: boolean): readonly DecoderEntry[] {
  return PAYLOAD_DECODERS.filter(
    (entry) =>
      entry.id !== PROTO_ID &&
      entry.name !== '' &&
      entry.protocols.length > 0 === isProtocol &&
      (text === null || readsThis(entry, text)),
  );
}

export function DecodedAs({ detail, body }: { readonly detail: DetailState; readonly body: FrameBody }) {
  const [isChoosingProto, setChoosingProto] = useState(false);
  const opened = detail.opened.value;
  const chosen = detail.viewAs.value;
  const proto = detail.proto.value;
  const isBinary = body.text === null;
  return (
    <div class="decoded-as">
      <span class="chain" role="status" aria-label={PAYLOAD.chain}>
        {detail.isFailed.value ? PAYLOAD.notDecoded : opened === null ? PAYLOAD.decoding : null}
        {opened?.chain.map(({ name, said }, i) => (
          <span key={i} class="chain-step">
            {i > 0 && <span class="chain-arrow"> → </span>}
            <span class="chain-name">{name}</span>
            {said !== '' && <bdi class="chain-said"> {visibleText(said)}</bdi>}
          </span>
        ))}
      </span>
      <select
        class="select view-as"
        aria-label={PAYLOAD.viewAs}
        title={PAYLOAD.viewAs}
        value={chosen ?? AUTOMATIC}
        onChange={(event) => {
          const { value } = event.currentTarget;
          if (value !== CHOOSE_PROTO) {
            detail.chooseView(value === AUTOMATIC ? null : value);
            return;
          }
          event.currentTarget.value = chosen ?? AUTOMATIC;
          setChoosingProto(true);
        }}
      >
        <option value={AUTOMATIC}>{PAYLOAD.automatic}</option>
        <option value={RAW}>{PAYLOAD.raw}</option>
        {isBinary && (
          <optgroup label={PAYLOAD.inflate}>
            {Object.entries(INFLATIONS).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label={PAYLOAD.formats}>
          {choicesFor(body, false).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {isBinary && proto && <option value={PROTO_ID}>{proto.inType || proto.outType}</option>}
          {isBinary && <option value={CHOOSE_PROTO}>{PAYLOAD.protoFile}</option>}
        </optgroup>
        <optgroup label={PAYLOAD.protocols}>
          {choicesFor(body, true).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </optgroup>
      </select>
      {opened && opened.problems.length > 0 && (
        <ul class="payload-problems">
          {opened.problems.map((problem) => (
            <li key={problem}>{PROBLEMS[problem]}</li>
          ))}
        </ul>
      )}
      {isChoosingProto && <ProtoDialog detail={detail} onClose={() => setChoosingProto(false)} />}
    </div>
  );
}
