/** The content of the selected frame: decoded, as text, as bytes, as a picture; opened in the view that fits it. */
import { useSignal } from '@preact/signals';
import { hexDump } from '../../models/hex-rows.ts';
import type { OpenedPayload } from '../../payload-worker/messages.ts';
import { type DetailState, detailStateOf, type FrameBody } from '../../state/detail-state.ts';
import { DETAIL } from '../../words.ts';
import { INSPECTOR, PAYLOAD } from '../../words-detail.ts';
import { CopyButton } from '../CopyButton.tsx';
import { Icon } from '../Icon.tsx';
import { ResendButton } from '../ResendButton.tsx';
import { Split } from '../Split.tsx';
import { Tabs } from '../Tabs.tsx';
import { usePanel } from '../use-panel.ts';
import { DecodedAs } from './DecodedAs.tsx';
import { FindBar } from './FindBar.tsx';
import { FrameFacts } from './FrameFacts.tsx';
import { HexView } from './HexView.tsx';
import { ImageView } from './ImageView.tsx';
import { TextView } from './TextView.tsx';
import { TreeView } from './TreeView.tsx';

type View = keyof typeof PAYLOAD.views;

const VIEWS: readonly View[] = ['value', 'image', 'text', 'hex'];

/** What the user chose for payloads that would open in another view. Kept while the panel lives. */
type Choices = Readonly<Partial<Record<View, View>>>;

export function DetailView() {
  const panel = usePanel();
  const { frames } = panel;
  const detail = detailStateOf(panel);
  const choices = useSignal<Choices>({});
  const frame = frames.selectedFrame.value;
  const body = detail.body.value;
  const opened = detail.opened.value;
  const content = body && contentOf(body, opened, detail.isFailed.value);
  const firstView = content?.firstView ?? 'text';
  const chosen = choices.value[firstView] ?? firstView;
  const shown = content?.views.includes(chosen) ? chosen : firstView;
  const show = (view: View) => {
    choices.value = { ...choices.value, [firstView]: view };
  };

  return (
    <section class="detail" aria-label={DETAIL.label}>
      <div class="detail-head">
        <Tabs
          label={DETAIL.label}
          idPrefix="tab"
          panelId="detail-content"
          tabs={VIEWS.filter((name) => name !== 'image' || content?.views.includes(name)).map((name) => ({
            name,
            label: PAYLOAD.views[name],
            isDisabled: !content?.views.includes(name),
          }))}
          shown={shown}
          onShow={show}
        />
        <span class="detail-tools">
          {frame && <ResendButton frame={frame} />}
          <CopyButton text={() => (content ? copyOf(detail, content, shown) : '')} isDisabled={!content} />
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
      <FrameFacts detail={detail} body={body} />
      {body && frame && frame.sizeBytes > 0 && <DecodedAs detail={detail} body={body} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: Enter in the grid leads here; it scrolls by keyboard */}
      <div id="detail-content" class="detail-content" role="tabpanel" aria-labelledby={`tab-${shown}`} tabIndex={0}>
        {frame === null ? (
          <p class="note">{DETAIL.reading}</p>
        ) : !content ? (
          <p class="note">{DETAIL.blobPending}</p>
        ) : frame.sizeBytes === 0 ? (
          <p class="note">{DETAIL.empty}</p>
        ) : (
          <Content key={`${frame.seq} ${content.key}`} detail={detail} content={content} view={shown} onShow={show} />
        )}
      </div>
    </section>
  );
}

interface ShownContent {
  readonly opened: OpenedPayload | null;
  readonly text: string | null;
  /** The frame's own. */
  bytes(): Uint8Array;
  readonly views: readonly View[];
  readonly firstView: View;
  /** Changes when it has been taken apart. */
  readonly key: string;
}

/** Until it is taken apart, a text is shown as what it is, and bytes wait: they may be anything. */
function contentOf(body: FrameBody, opened: OpenedPayload | null, isFailed: boolean): ShownContent {
  const text = opened?.text ?? body.text;
  const has: Readonly<Record<View, boolean>> = {
    value: opened?.hasTree === true,
    image: Boolean(opened?.image),
    text: text !== null,
    hex: true,
  };
  const views = VIEWS.filter((view) => has[view]);
  // Text that bytes happen to be is not worth opening first, when it is nothing more.
  const isText = body.text !== null || (opened?.inner ?? null) !== null || (text !== null && opened !== null);
  const fallback: View = isText && text !== null ? 'text' : 'hex';
  const isWaiting = opened === null && !isFailed;
  return {
    opened,
    text,
    bytes: () => frameBytes(body),
    views,
    firstView: isWaiting ? (body.text === null ? 'hex' : 'text') : has.value ? 'value' : has.image ? 'image' : fallback,
    key: isWaiting ? 'waiting' : 'opened',
  };
}

/** A text that is shown at once, and then gives way to what it was decoded to. */
const LONG_CHARS = 100_000;

let lastEncoded: { readonly body: FrameBody; readonly bytes: Uint8Array } | null = null;

function frameBytes(body: FrameBody): Uint8Array {
  if (body.text === null) return body.bytes;
  if (lastEncoded?.body !== body) lastEncoded = { body, bytes: new TextEncoder().encode(body.text) };
  return lastEncoded.bytes;
}

function copyOf(detail: DetailState, { text, opened, bytes }: ShownContent, view: View): string | Promise<string> {
  if (view === 'value') return detail.desk.copy('');
  return view === 'text' && text !== null ? text : hexDump(opened?.inner ?? bytes());
}

interface ContentProps {
  readonly detail: DetailState;
  readonly content: ShownContent;
  readonly view: View;
  onShow(view: View): void;
}

function Content({ detail, content, view, onShow }: ContentProps) {
  const { preferences } = usePanel();
  const isBeside = useSignal(preferences.boolean('detail.bytesBeside', false));
  const { opened, text, bytes } = content;
  const inner = opened?.inner ?? null;
  const isWaiting = opened === null && !detail.isFailed.value;
  if (isWaiting && (view === 'hex' || (text?.length ?? 0) > LONG_CHARS)) {
    return <p class="note">{PAYLOAD.decoding}</p>;
  }
  if (view === 'image' && opened?.image) return <ImageView bytes={inner ?? bytes()} image={opened.image} />;
  if (view === 'text' && text !== null) return <TextView text={text} />;
  if (view !== 'value') return <LayeredHex detail={detail} content={content} onShow={onShow} />;
  return (
    <>
      <FindBar
        detail={detail}
        isBeside={isBeside.value}
        onBeside={(on) => {
          isBeside.value = on;
          preferences.set('detail.bytesBeside', on);
        }}
      />
      <Split
        name="bytes"
        label={PAYLOAD.bytesBesideHint}
        direction="column"
        share={0.6}
        first={<TreeView detail={detail} onShowBytes={() => (isBeside.value ? undefined : onShow('hex'))} />}
        second={
          isBeside.value && (
            <HexView
              bytes={inner ?? bytes()}
              marked={detail.marked.value}
              onCursor={(byte) => void detail.goToByte(byte)}
              isCompact
            />
          )
        }
      />
    </>
  );
}

/** The bytes of the frame, or of what came out of it. */
function LayeredHex({ detail, content: { opened, bytes }, onShow }: Omit<ContentProps, 'view'>) {
  const isInner = useSignal(true);
  const inner = opened?.inner ?? null;
  const isShowingInner = inner !== null && isInner.value;
  return (
    <>
      {inner && (
        <label class="hex-layer">
          {INSPECTOR.layer}{' '}
          <select
            class="select"
            value={isShowingInner ? 'inner' : 'frame'}
            onChange={(event) => {
              isInner.value = event.currentTarget.value === 'inner';
            }}
          >
            <option value="inner">{INSPECTOR.inner}</option>
            <option value="frame">{INSPECTOR.frame}</option>
          </select>
        </label>
      )}
      <HexView
        bytes={isShowingInner ? inner : bytes()}
        marked={inner === null || isShowingInner ? detail.marked.value : null}
        onCursor={() => undefined}
        {...(opened?.hasTree &&
          (inner === null || isShowingInner) && {
            onShowValue: (byte: number) => {
              onShow('value');
              void detail.goToByte(byte);
            },
          })}
      />
    </>
  );
}
