/** The search bar at the bottom: looks through all frames of all connections and goes from one hit to the next. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { percentOf } from '../models/totals.ts';
import { createFindState, type FindQuery, type FindState } from '../state/find-state.ts';
import { FILTER, FILTER_FAILURES, FILTER_PROBLEMS, FIND } from '../words-search.ts';
import { FindList } from './FindList.tsx';
import { Icon } from './Icon.tsx';
import { FIND_ID } from './keys.ts';
import { usePanel } from './use-panel.ts';
import '../styles/search.css';

/** What was searched for last, for when the bar is opened again. */
let lastQuery: FindQuery = { text: '', isRegex: false, isCaseSensitive: false };

export function FindBar() {
  const panel = usePanel();
  const find = useMemo(() => createFindState(panel, lastQuery), [panel]);
  const field = useRef<HTMLInputElement>(null);
  const [isListed, setListed] = useState(true);
  const { text, isRegex, isCaseSensitive } = find.query.value;
  const problem = find.problem.value;
  const hasHits = find.rows.value.hitCount > 0;

  useLayoutEffect(() => {
    panel.searchEdge.warm();
    field.current?.focus();
    field.current?.select();
  }, []);
  useEffect(
    () => () => {
      lastQuery = find.query.peek();
      find.end();
    },
    [find],
  );

  function onKeyDown(event: KeyboardEvent): void {
    if (!onFindKey(event, find)) {
      if (event.key !== 'Escape') return;
      if (find.progress.value?.isDone === false) find.cancel();
      else panel.find(false);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <section class="find" aria-label={FIND.label} onKeyDown={onKeyDown}>
      {isListed && hasHits && <FindList find={find} />}
      {/* biome-ignore lint/a11y/useSemanticElements: the bar is a landmark by its section */}
      <div class="find-bar" role="search">
        <Icon name="search" />
        <input
          ref={field}
          id={FIND_ID}
          class="filter-input find-input"
          type="search"
          aria-label={FIND.field}
          aria-invalid={problem !== null}
          placeholder={FIND.placeholder}
          spellcheck={false}
          autocomplete="off"
          value={text}
          onInput={(event) => find.setQuery({ text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            find.step(event.shiftKey ? -1 : 1);
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <Toggle
          label={FIND.matchCase}
          sign="Aa"
          isOn={isCaseSensitive}
          onToggle={() => find.setQuery({ isCaseSensitive: !isCaseSensitive })}
        />
        <Toggle label={FIND.regex} sign=".*" isOn={isRegex} onToggle={() => find.setQuery({ isRegex: !isRegex })} />
        <Count find={find} />
        <button
          type="button"
          class="tool"
          aria-label={FIND.previous}
          title={`${FIND.previous} (Shift+Enter)`}
          disabled={!hasHits}
          onClick={() => find.step(-1)}
        >
          <Icon name="previous" />
        </button>
        <button
          type="button"
          class="tool"
          aria-label={FIND.next}
          title={`${FIND.next} (Enter)`}
          disabled={!hasHits}
          onClick={() => find.step(1)}
        >
          <Icon name="next" />
        </button>
        <Toggle label={FIND.list} sign="≡" isOn={isListed} onToggle={() => setListed(!isListed)} />
        <button
          type="button"
          class="tool find-close"
          aria-label={FIND.close}
          title={FIND.close}
          onClick={() => panel.find(false)}
        >
          <Icon name="close" />
        </button>
        <Problem find={find} />
      </div>
    </section>
  );
}

/** F3 goes on from wherever the focus is in the bar. */
function onFindKey({ key, shiftKey }: KeyboardEvent, find: FindState): boolean {
  if (key !== 'F3') return false;
  find.step(shiftKey ? -1 : 1);
  return true;
}

interface ToggleProps {
  readonly label: string;
  readonly sign: string;
  readonly isOn: boolean;
  onToggle(): void;
}

function Toggle({ label, sign, isOn, onToggle }: ToggleProps) {
  return (
    <button
      type="button"
      class={`tool find-toggle ${isOn ? 'is-on' : ''}`}
      aria-label={label}
      aria-pressed={isOn}
      title={label}
      onClick={onToggle}
    >
      {sign}
    </button>
  );
}

/** "17 of 1,204", how far it is, and the way to stop it. */
function Count({ find }: { readonly find: FindState }) {
  const progress = find.progress.value;
  const current = find.current.value;
  const { hitCount, numberOf } = find.rows.value;
  const number = current ? numberOf(current) : -1;
  const isBusy = progress?.isDone === false;
  return (
    <>
      <output class="find-count">
        {progress &&
          (number >= 0
            ? FIND.position(number + 1, hitCount)
            : hitCount > 0
              ? FIND.count(hitCount)
              : !isBusy && (find.isCancelled.value ? FIND.cancelled : FIND.none))}
      </output>
      {progress !== null && progress.cutFrames > 0 && (
        <span class="filter-cut" title={FILTER.cutHint}>
          {FILTER.cut(progress.cutFrames)}
        </span>
      )}
      {isBusy && (
        <span class="find-busy">
          <progress
            class="find-progress"
            aria-label={FIND.label}
            max={Math.max(1, progress.totalFrames)}
            value={progress.searchedFrames}
          />
          {FIND.searching(percentOf(progress.searchedFrames, progress.totalFrames))}
          <button type="button" class="filter-action" title={`${FIND.cancel} (Esc)`} onClick={() => find.cancel()}>
            {FIND.cancel}
          </button>
        </span>
      )}
    </>
  );
}

function Problem({ find }: { readonly find: FindState }) {
  const problem = find.problem.value;
  const failure = find.failure.value;
  if (problem === null && !failure) return null;
  return (
    <span class="find-problem" role="alert">
      <Icon name="warning" />
      {failure
        ? failure.kind === 'stuck'
          ? FILTER_FAILURES.stuck
          : FILTER_FAILURES.broken(failure.detail)
        : FILTER_PROBLEMS.badRegex(problem ?? '')}
    </span>
  );
}
