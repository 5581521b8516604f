/** What the bytes at the cursor of a hex dump are, read as each of the usual types. */
import { useState } from 'preact/hooks';
import { characterAt, inspect } from '../../models/data-inspector.ts';
import { visibleText } from '../../models/visible-text.ts';
import type { ByteRange } from '../../state/detail-state.ts';
import { INSPECTOR, PAYLOAD } from '../../words-detail.ts';
import { CopyButton } from '../CopyButton.tsx';

const ENCODING = 'UTF-8';

export interface DataInspectorProps {
  readonly bytes: Uint8Array;
  readonly cursor: number;
  readonly selected: ByteRange;
  readonly onShowValue?: ((byte: number) => void) | undefined;
}

export function DataInspector({ bytes, cursor, selected, onShowValue }: DataInspectorProps) {
  const [isLittle, setLittle] = useState(true);
  const char = characterAt(bytes, cursor);
  const part = bytes.subarray(selected.from, selected.to);
  return (
    <section class="inspector" aria-label={INSPECTOR.label}>
      <div class="inspector-head">
        <span>
          {INSPECTOR.offset} {cursor} (0x{cursor.toString(16)})
        </span>
        <span>
          {INSPECTOR.selection}: {PAYLOAD.bytes(part.length)}
        </span>
        <label class="inspector-endian">
          <input type="checkbox" checked={isLittle} onChange={(event) => setLittle(event.currentTarget.checked)} />
          {INSPECTOR.littleEndian}
        </label>
        {onShowValue && (
          <button type="button" class="tool" onClick={() => onShowValue(cursor)}>
            {INSPECTOR.showValue}
          </button>
        )}
        <CopyButton
          label={INSPECTOR.hex}
          isDisabled={false}
          text={() => Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ')}
        />
      </div>
      <dl class="inspector-values">
        {inspect(bytes, cursor, isLittle).map(({ type, text }) => (
          <div key={type}>
            <dt>{type}</dt>
            <dd>{text ?? '–'}</dd>
          </div>
        ))}
        <div>
          <dt>{ENCODING}</dt>
          <dd>
            <bdi>{char === null ? '–' : visibleText(char)}</bdi>
          </dd>
        </div>
      </dl>
    </section>
  );
}
