/** What is known of a frame beside its content: direction, kind, size, time, and which frame answers which. */
import { utf8Bytes } from '../../../protocol/frame-columns.ts';
import { factsOf } from '../../models/content.ts';
import { formatBytes, formatClock, formatDuration } from '../../models/format.ts';
import type { AnswerLink } from '../../state/answers.ts';
import type { DetailState, FrameBody } from '../../state/detail-state.ts';
import { FRAME_KINDS, FRAMES } from '../../words.ts';
import { PAYLOAD } from '../../words-detail.ts';
import { Icon } from '../Icon.tsx';
import { usePanel } from '../use-panel.ts';

export function FrameFacts({ detail, body }: { readonly detail: DetailState; readonly body: FrameBody | null }) {
  const { frames } = usePanel();
  const frame = frames.selectedFrame.value;
  if (!frame) return null;
  const { isOut, kind, isTruncated, isSimulated, isDiscarded } = factsOf(frame.flags);
  const { answeredBy, answers } = detail.links.value;
  return (
    <div class="frame-facts">
      <span class={`direction ${isOut ? 'direction-out' : 'direction-in'}`}>
        <Icon name={isOut ? 'out' : 'in'} />
        {isOut ? FRAMES.out : FRAMES.in}
      </span>
      <span>#{frame.seq}</span>
      <span>{FRAME_KINDS[kind]}</span>
      <span>
        {isTruncated && body
          ? PAYLOAD.kept(formatBytes(keptBytes(body)), formatBytes(frame.sizeBytes))
          : formatBytes(frame.sizeBytes)}
      </span>
      <span>{formatClock(frame.atMs)}</span>
      {isSimulated && <span class="tag tag-simulated">{FRAMES.simulated}</span>}
      {isDiscarded && <span class="tag">{FRAMES.discarded}</span>}
      {answers && <Link link={answers} words={PAYLOAD.answers} />}
      {answeredBy && <Link link={answeredBy} words={PAYLOAD.answeredBy} />}
    </div>
  );
}

function keptBytes({ text, bytes }: FrameBody): number {
  return text === null ? bytes.length : utf8Bytes(text, 0, text.length);
}

interface LinkProps {
  readonly link: AnswerLink;
  words(seq: number, after: string): string;
}

function Link({ link: { seq, afterMs }, words }: LinkProps) {
  const { frames } = usePanel();
  return (
    <button type="button" class="link-button" title={PAYLOAD.jumpToFrame(seq)} onClick={() => frames.select(seq)}>
      {words(seq, formatDuration(afterMs))}
    </button>
  );
}
