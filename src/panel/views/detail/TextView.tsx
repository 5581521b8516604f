/**
 * A text as it is, with nothing hidden in it; text nodes only. Long ones in parts, of which the browser lays out those in
 * view, and which come a few at a time, so that ten megabytes hold nothing up.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { splitText } from '../../models/content.ts';
import { visibleText } from '../../models/visible-text.ts';

const PART_CHARS = 16_384;
/** Made within one animation frame. */
const PARTS_PER_FRAME = 8;

export function TextView({ text }: { readonly text: string }) {
  const parts = useMemo(() => splitText(text, PART_CHARS), [text]);
  const [count, setCount] = useState(PARTS_PER_FRAME);
  useEffect(() => {
    if (count >= parts.length) return undefined;
    const frame = requestAnimationFrame(() => setCount(count + PARTS_PER_FRAME));
    return () => cancelAnimationFrame(frame);
  }, [count, parts]);
  return (
    <div class="text-view">
      {parts.slice(0, count).map((part, i) => (
        <TextPart key={i} text={part} />
      ))}
    </div>
  );
}

function TextPart({ text }: { readonly text: string }) {
  return useMemo(
    () => (
      <pre class="text-part" dir="auto">
        {visibleText(text)}
      </pre>
    ),
    [text],
  );
}
