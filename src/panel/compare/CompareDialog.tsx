/** Two frames beside each other, as what they have in common and what not. */
import { useEffect, useState } from 'preact/hooks';
import { formatBytes, formatClock } from '../models/format.ts';
import type { LoadedFrame } from '../state/chunk-cache.ts';
import type { FramePlace } from '../state/frames-state.ts';
import { Dialog, useDialog } from '../views/Dialog.tsx';
import { payloadOf } from '../views/FrameMenu.tsx';
import { usePanel } from '../views/use-panel.ts';
import { FRAMES } from '../words.ts';
import { COMPARE } from '../words-grids.ts';
import { type Difference, type DiffLine, differenceOf } from './difference.ts';

export interface CompareDialogProps {
  readonly places: readonly [FramePlace, FramePlace];
}

type Shown = { readonly frames: readonly [LoadedFrame, LoadedFrame]; readonly difference: Difference };

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', removed: '−', added: '+' };

export function CompareDialog({ places }: CompareDialogProps) {
  const { frames, frameTools } = usePanel();
  const dialog = useDialog();
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let isGone = false;
    Promise.all(places.map((place) => frames.load(place))).then(
      ([a, b]) => {
        const [before, after] = [a && payloadOf(a), b && payloadOf(b)];
        if (isGone) return;
        if (!a || !b || !before || !after) setProblem(COMPARE.unreadable);
        else setShown({ frames: [a, b], difference: differenceOf(before, after) });
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isGone = true;
    };
  }, [places]);

  return (
    <Dialog
      dialog={dialog}
      class="compare"
      title={COMPARE.title}
      hint={shown ? summaryOf(shown.difference) : (problem ?? COMPARE.reading)}
      onSubmit={dialog.close}
      onClose={frameTools.endComparison}
    >
      {shown && (
        <>
          <p class="compare-frames">
            <Frame sign="−" kind="removed" frame={shown.frames[0]} />
            <Frame sign="+" kind="added" frame={shown.frames[1]} />
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard */}
          <section class="compare-lines" aria-label={COMPARE.lines} tabIndex={0}>
            {shown.difference.lines.map((line, i) => (
              <Line key={i} line={line} />
            ))}
            {shown.difference.isCut && <p class="note">{COMPARE.cut}</p>}
          </section>
        </>
      )}
      <div class="settings-buttons">
        <button type="submit" class="button button-primary">
          {COMPARE.close}
        </button>
      </div>
    </Dialog>
  );
}

function summaryOf({ changes, by }: Difference): string {
  return changes === 0 ? COMPARE.same : `${COMPARE.changes(changes)} · ${COMPARE.by[by]}`;
}

interface FrameProps {
  readonly sign: string;
  readonly kind: DiffLine['kind'];
  readonly frame: LoadedFrame;
}

function Frame({ sign, kind, frame: { seq, atMs, sizeBytes, flags } }: FrameProps) {
  return (
    <span class={`compare-line is-${kind}`}>
      {sign} #{seq} · {flags & 1 ? FRAMES.out : FRAMES.in} · {formatBytes(sizeBytes)} · {formatClock(atMs)}
    </span>
  );
}

function Line({ line: { kind, depth, text } }: { readonly line: DiffLine }) {
  return (
    <div class={`compare-line is-${kind}`} style={{ paddingInlineStart: `${8 + 14 * depth}px` }}>
      <span class="compare-sign">{SIGNS[kind]}</span>
      {kind !== 'same' && <span class="visually-hidden">{COMPARE.kinds[kind]} </span>}
      <bdi>{text}</bdi>
    </div>
  );
}
