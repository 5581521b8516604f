/** The content of the selected frame: as a JSON tree, as text, as a hex dump; opened in the view that fits it. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { binaryContent, type ContentView, type FrameContent, factsOf, textContent } from '../models/content.ts';
import { formatBytes, formatClock } from '../models/format.ts';
import { hexDump } from '../models/hex-rows.ts';
import { formatJson } from '../models/json-tree.ts';
import type { LoadedFrame } from '../state/chunk-cache.ts';
import { DETAIL, FRAME_KINDS, FRAMES } from '../words.ts';
import { CopyButton } from './CopyButton.tsx';
import { HexView } from './HexView.tsx';
import { Icon } from './Icon.tsx';
import { JsonView } from './JsonView.tsx';
import { ResendButton } from './ResendButton.tsx';
import { Tabs } from './Tabs.tsx';
import { TextView } from './TextView.tsx';
import { usePanel } from './use-panel.ts';

const VIEWS: readonly ContentView[] = ['json', 'text', 'hex'];

/** What the user chose for frames that would open in another view. Kept while the panel lives. */
type Choices = Readonly<Partial<Record<ContentView, ContentView>>>;

export function DetailView() {
  const { frames, selected } = usePanel();
  const choices = useSignal<Choices>({});
  const frame = frames.selectedFrame.value;
  const connectionId = selected.value?.connectionId;
  // The same frame is found anew whenever its chunk has been read again.
  const bytes = frame?.bytes() ?? null;
  const content = useMemo(() => contentOf(frame, bytes), [connectionId, frame?.seq, bytes?.length ?? -1]);
  const firstView = content?.firstView ?? 'text';
  const chosen = choices.value[firstView] ?? firstView;
  const shown = content && isAvailable(content, chosen) ? chosen : firstView;

  return (
    <section class="detail" aria-label={DETAIL.label}>
      <div class="detail-head">
        <Tabs
          label={DETAIL.label}
          idPrefix="tab"
          panelId="detail-content"
          tabs={VIEWS.map((name) => ({
            name,
            label: DETAIL.views[name],
            isDisabled: !content || !isAvailable(content, name),
          }))}
          shown={shown}
          onShow={(name) => {
            if (content) choices.value = { ...choices.value, [content.firstView]: name };
          }}
        />
        {frame && <FrameFacts frame={frame} />}
        <span class="detail-tools">
          {frame && <ResendButton frame={frame} />}
          <CopyButton text={() => (content ? copyOf(content, shown) : '')} isDisabled={!content} />
          <button
            type="button"
            class="tool"
            aria-label={DETAIL.close}
            title={DETAIL.close}
            onClick={() => frames.select(null)}
          >
            <Icon name="close" />
          </button>
        </span>
      </div>
      {frame && <TruncationNote frame={frame} content={content} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: Enter in the grid leads here; it scrolls by keyboard */}
      <div id="detail-content" class="detail-content" role="tabpanel" aria-labelledby={`tab-${shown}`} tabIndex={0}>
        {frame === null ? (
          <p class="note">{DETAIL.reading}</p>
        ) : (
          <Content frame={frame} content={content} view={shown} />
        )}
      </div>
    </section>
  );
}

function contentOf(frame: LoadedFrame | null, bytes: Uint8Array | null): FrameContent | null {
  if (!frame) return null;
  if (factsOf(frame.flags).kind === 'text') return textContent(frame.text());
  return bytes && binaryContent(bytes);
}

function isAvailable({ json, text }: FrameContent, view: ContentView): boolean {
  return view === 'hex' || (view === 'json' ? json !== null : text !== null);
}

function copyOf({ json, text, bytes }: FrameContent, view: ContentView): string {
  if (view === 'json' && json) return formatJson(json.root);
  return view === 'text' && text !== null ? text : hexDump(bytes);
}

interface ContentProps {
  readonly frame: LoadedFrame;
  readonly content: FrameContent | null;
  readonly view: ContentView;
}

function Content({ frame, content, view }: ContentProps) {
  if (!content) return <p class="note">{DETAIL.blobPending}</p>;
  if (frame.sizeBytes === 0) return <p class="note">{DETAIL.empty}</p>;
  if (view === 'json' && content.json) return <JsonView key={frame.seq} json={content.json} />;
  if (view === 'text' && content.text !== null) return <TextView text={content.text} />;
  return <HexView bytes={content.bytes} />;
}

function FrameFacts({ frame }: { readonly frame: LoadedFrame }) {
  const { isOut, kind } = factsOf(frame.flags);
  return (
    <span class="detail-facts">
      #{frame.seq} · {isOut ? FRAMES.out : FRAMES.in} · {FRAME_KINDS[kind]} · {formatBytes(frame.sizeBytes)} ·{' '}
      {formatClock(frame.atMs)}
    </span>
  );
}

function TruncationNote({ frame, content }: Pick<ContentProps, 'frame' | 'content'>) {
  if (!content || !factsOf(frame.flags).isTruncated) return null;
  return <p class="note">{DETAIL.truncated(formatBytes(content.bytes.length), formatBytes(frame.sizeBytes))}</p>;
}
