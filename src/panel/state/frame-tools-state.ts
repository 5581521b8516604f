/** What is done with single frames beside looking at them: they are marked, compared, written and sent. */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Direction, FaultPayload } from '../../protocol/fault.ts';
import type { DropOutcome } from '../../protocol/panel-link.ts';
import type { ContextRecord } from '../../protocol/records.ts';
import type { MarkOutcome } from '../../protocol/session-verbs.ts';
import type { PanelLink } from '../link/panel-link.ts';
import { type FrameDraft, type FrameTemplate, readTemplates, withTemplate } from '../models/frame-draft.ts';
import type { FramePlace } from './frames-state.ts';
import type { Preferences } from './preferences.ts';

/** A mark that is being written: of a frame, or one that there is. */
export type Marking =
  | { readonly kind: 'new'; readonly place: FramePlace; readonly atMs: number }
  | { readonly kind: 'edit'; readonly mark: ContextRecord };

export interface FrameToolsState {
  readonly marking: ReadonlySignal<Marking | null>;
  startMarking(marking: Marking | null): void;
  /** What became of it; `done` closes what it was written in. */
  saveMark(text: string): Promise<MarkOutcome>;
  removeMark(mark: ContextRecord): Promise<MarkOutcome>;
  /** What marking ended with, when not with `done`. */
  readonly markProblem: ReadonlySignal<Exclude<MarkOutcome, 'done'> | null>;
  /** The frame that another is to be compared with. */
  readonly base: ReadonlySignal<FramePlace | null>;
  setBase(place: FramePlace | null): void;
  readonly compared: ReadonlySignal<readonly [FramePlace, FramePlace] | null>;
  /** With the base. */
  compareWith(place: FramePlace): void;
  endComparison(): void;
  /** A frame that is being written. */
  readonly draft: ReadonlySignal<FrameDraft | null>;
  write(draft: FrameDraft | null): void;
  /** Never rejects. */
  send(connectionId: string, direction: Direction, payload: FaultPayload): Promise<DropOutcome>;
  /** How many have been sent. */
  readonly sent: ReadonlySignal<number>;
  readonly templates: ReadonlySignal<readonly FrameTemplate[]>;
  saveTemplate(template: FrameTemplate): void;
  removeTemplate(name: string): void;
}

export interface FrameToolsInput {
  readonly link: Pick<PanelLink, 'orderFrame' | 'mark' | 'editMark' | 'removeMark'>;
  readonly preferences: Preferences;
  /** Of the session that is shown. */
  readonly sessionId: ReadonlySignal<string | null>;
}

const TEMPLATES = 'compose.templates';

export function createFrameToolsState({ link, preferences, sessionId }: FrameToolsInput): FrameToolsState {
  const marking = signal<Marking | null>(null);
  const markProblem = signal<Exclude<MarkOutcome, 'done'> | null>(null);
  const base = signal<FramePlace | null>(null);
  const compared = signal<readonly [FramePlace, FramePlace] | null>(null);
  const draft = signal<FrameDraft | null>(null);
  const sent = signal(0);
  const templates = signal(preferences.value(TEMPLATES, readTemplates));

  function setTemplates(next: readonly FrameTemplate[]): void {
    templates.value = next;
    preferences.set(TEMPLATES, next);
  }

  async function told(asked: Promise<MarkOutcome>): Promise<MarkOutcome> {
    const outcome = await asked;
    markProblem.value = outcome === 'done' ? null : outcome;
    return outcome;
  }

  return {
    marking,
    startMarking: (next) => {
      batch(() => {
        marking.value = next;
        markProblem.value = null;
      });
    },
    saveMark: async (text) => {
      const wanted = marking.peek();
      if (!wanted) return 'notFound';
      const id = sessionId.peek();
      const outcome = await told(
        wanted.kind === 'new'
          ? link.mark({ ...wanted.place, atMs: wanted.atMs, text, ...(id !== null && { sessionId: id }) })
          : link.editMark(wanted.mark.contextId ?? -1, text),
      );
      if (outcome === 'done' && marking.peek() === wanted) marking.value = null;
      return outcome;
    },
    removeMark: ({ contextId }) => told(link.removeMark(contextId ?? -1)),
    markProblem,
    base,
    setBase: (place) => {
      base.value = place;
    },
    compared,
    compareWith: (place) => {
      const first = base.peek();
      if (first) compared.value = [first, place];
    },
    endComparison: () => {
      batch(() => {
        compared.value = null;
        base.value = null;
      });
    },
    draft,
    write: (next) => {
      draft.value = next;
    },
    send: async (connectionId, direction, payload) => {
      const outcome = await link.orderFrame(connectionId, { kind: 'inject', direction, payload });
      if (outcome === 'done') sent.value++;
      return outcome;
    },
    sent,
    templates,
    saveTemplate: (template) => setTemplates(withTemplate(templates.peek(), template)),
    removeTemplate: (name) => setTemplates(templates.peek().filter((template) => template.name !== name)),
  };
}
