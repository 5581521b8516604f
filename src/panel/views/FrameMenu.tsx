/** The menu of a row of frames: copy, open, compare, mark, write and send. */
import { canBeDropped } from '../../analysis/connection-state.ts';
import { factsOf } from '../models/content.ts';
import { COPY_FORMS, copyFormOf, type FramePayload } from '../models/copy-forms.ts';
import { draftOf } from '../models/frame-draft.ts';
import { hexDump } from '../models/hex-rows.ts';
import type { ScopeRow } from '../models/scope-rows.ts';
import type { LoadedFrame } from '../state/chunk-cache.ts';
import { resendOf } from '../state/frame-orders-state.ts';
import type { PanelState } from '../state/panel-state.ts';
import { FRAME_GRID, FRAME_MENU } from '../words-grids.ts';
import { copyText } from './CopyButton.tsx';
import { PopupMenu, type PopupSection } from './PopupMenu.tsx';
import { usePanel } from './use-panel.ts';
import type { Point } from './VirtualGrid.tsx';

export interface FrameMenuProps {
  readonly row: ScopeRow;
  readonly at: Point;
  onClose(): void;
}

export function FrameMenu({ row, at, onClose }: FrameMenuProps) {
  const state = usePanel();
  const sections = sectionsOf(row, state);
  return <PopupMenu label={FRAME_MENU.label} at={at} sections={sections} onClose={onClose} />;
}

function sectionsOf({ record, row }: ScopeRow, state: PanelState): readonly PopupSection[] {
  const { frames, frameTools } = state;
  const { connectionId } = record;
  if (row.kind === 'mark') {
    const { mark } = row;
    return [
      {
        items: [
          { label: FRAME_MENU.editMark, run: () => frameTools.startMarking({ kind: 'edit', mark }) },
          { label: FRAME_MENU.removeMark, run: () => void frameTools.removeMark(mark) },
        ],
      },
    ];
  }
  if (row.kind === 'beats') {
    const place = { connectionId, seq: row.run.firstSeq };
    return [
      {
        items: [
          {
            label: row.isOpen ? FRAME_MENU.close : FRAME_MENU.open,
            run: () => frames.expand(place, !row.isOpen),
          },
          { label: FRAME_GRID.fold, kind: 'check', isChecked: true, run: () => frames.setFoldsHeartbeats(false) },
        ],
      },
    ];
  }
  if (row.kind !== 'frame') return [{ items: [] }];
  const place = { connectionId, seq: row.seq };
  const frame = frames.frameAt(place);
  if (!frame) return [{ items: [] }];
  const payload = payloadOf(frame);
  const mark = frames.marksOf(record).bySeq.get(row.seq);
  const base = frameTools.base.value;
  const isBase = base?.connectionId === connectionId && base.seq === row.seq;
  return [
    {
      title: FRAME_MENU.copy,
      items: COPY_FORMS.map((form) => {
        const copied = payload && copyFormOf(payload, form);
        return {
          label: FRAME_MENU.forms[form],
          isDisabled: copied === null,
          run: () => void (copied !== null && copyText(copied)),
        };
      }),
    },
    {
      items: [
        { label: FRAME_MENU.openInTab, isDisabled: !payload, run: () => payload && openInTab(payload) },
        base && !isBase
          ? { label: FRAME_MENU.compareWithBase(base.seq), run: () => frameTools.compareWith(place) }
          : { label: FRAME_MENU.compare, isDisabled: !payload, run: () => frameTools.setBase(place) },
      ],
    },
    {
      items: mark
        ? [
            {
              label: FRAME_MENU.editMark,
              keys: MARK_KEY,
              run: () => frameTools.startMarking({ kind: 'edit', mark }),
            },
            { label: FRAME_MENU.removeMark, run: () => void frameTools.removeMark(mark) },
          ]
        : [
            {
              label: FRAME_MENU.mark,
              keys: MARK_KEY,
              run: () => frameTools.startMarking({ kind: 'new', place, atMs: frame.atMs }),
            },
          ],
    },
    {
      items: state.isStored
        ? []
        : [
            {
              label: FRAME_MENU.edit,
              isDisabled: !canBeDropped(record) || draftOf(resendOf(frame)) === null,
              hint: canBeDropped(record) ? '' : FRAME_MENU.notLive,
              run: () => {
                frames.selectAt(place);
                frameTools.write(draftOf(resendOf(frame)));
              },
            },
          ],
    },
  ];
}

/** The letter that marks the selected frame. */
export const MARK_KEY = 'M';

/** Null while the bytes of a Blob have not come. */
export function payloadOf(frame: LoadedFrame): FramePayload | null {
  if (factsOf(frame.flags).kind === 'text') return { kind: 'text', text: frame.text() };
  const bytes = frame.bytes();
  return bytes && { kind: 'binary', bytes };
}

/** The browser keeps it as long as the new tab needs to load it. */
const KEPT_MS = 60_000;

/** As plain text, whatever it is: nothing of it is run. */
function openInTab(payload: FramePayload): void {
  const text = payload.kind === 'text' ? payload.text : hexDump(payload.bytes);
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  window.open(url, '_blank');
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
