/** A text as it is. Long ones in parts, of which the browser lays out those in view; text nodes only. */
import { splitText } from '../models/content.ts';

const PART_CHARS = 16_384;

export function TextView({ text }: { readonly text: string }) {
  return (
    <div class="text-view">
      {splitText(text, PART_CHARS).map((part, i) => (
        <pre key={i} class="text-part">
          {part}
        </pre>
      ))}
    </div>
  );
}
