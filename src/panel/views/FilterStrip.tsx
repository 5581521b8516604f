/** The line below the toolbar while lists are filtered: how much passes, what is wrong with the filter, and its span of time. */
import { useRef, useState } from 'preact/hooks';
import { formatClock } from '../models/format.ts';
import { percentOf } from '../models/totals.ts';
import { filterShelfOf } from '../state/filter-shelf.ts';
import { type FilterResults, recordedFrames } from '../state/filter-state.ts';
import { FILTER, FILTER_FAILURES, FILTER_PROBLEMS } from '../words-search.ts';
import { FilterHelp } from './FilterHelp.tsx';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';
import '../styles/search.css';

export function FilterStrip() {
  const { filter, timeline } = usePanel();
  const { problems, failure, progress } = filter.results.value;
  const span = timeline.brush.value;
  const text = filter.text.value;
  return (
    <section class="filter-strip" aria-label={FILTER.strip}>
      {progress && !progress.isDone && (
        <progress
          class="filter-progress"
          aria-label={FILTER.progress}
          max={Math.max(1, progress.totalFrames)}
          value={progress.searchedFrames}
        />
      )}
      <output class="filter-count">{progress && <Count results={filter.results.value} />}</output>
      {progress !== null && progress.cutFrames > 0 && (
        <span class="filter-cut" title={FILTER.cutHint}>
          {FILTER.cut(progress.cutFrames)}
        </span>
      )}
      {span && (
        <span class="filter-span">
          {FILTER.span(formatClock(span.fromMs), formatClock(span.toMs))}
          <button
            type="button"
            class="tool"
            aria-label={FILTER.clearSpan}
            title={FILTER.clearSpan}
            onClick={() => timeline.setBrush(null)}
          >
            <Icon name="close" />
          </button>
        </span>
      )}
      <Actions />
      {(problems.length > 0 || failure) && (
        <div class="filter-problems" role="alert">
          <ul>
            {problems.map(({ from, to, code, detail }) => (
              <li key={`${from} ${code}`}>
                <Icon name="warning" />
                <span>
                  <code>{text.slice(from, to)}</code> {FILTER_PROBLEMS[code](detail)}
                </span>
              </li>
            ))}
            {failure && (
              <li>
                <Icon name="warning" />
                <span>{failure.kind === 'stuck' ? FILTER_FAILURES.stuck : FILTER_FAILURES.broken(failure.detail)}</span>
              </li>
            )}
          </ul>
        </div>
      )}
    </section>
  );
}

function Count({ results }: { readonly results: FilterResults }) {
  const { filter, connections } = usePanel();
  const { progress } = results;
  if (!progress) return null;
  const { matches, searchedFrames, totalFrames, isDone } = progress;
  if (!isDone) return <>{FILTER.searching(percentOf(searchedFrames, totalFrames), matches)}</>;
  const listed = connections.value.filter(({ connectionId }) => filter.lists(connectionId)).length;
  const all = connections.value.reduce((sum, record) => sum + recordedFrames(record), 0);
  return <>{FILTER.matches(matches, all, listed)}</>;
}

/** Save, help, clear. */
function Actions() {
  const { filter, timeline, preferences } = usePanel();
  const [isNaming, setNaming] = useState(false);
  const [isHelping, setHelping] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const text = filter.text.value.trim();

  if (isNaming) {
    return (
      <form
        class="filter-actions"
        onSubmit={(event) => {
          event.preventDefault();
          filterShelfOf(preferences).save({ name: name.current?.value ?? '', text });
          setNaming(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          setNaming(false);
        }}
      >
        <input
          ref={(element) => {
            name.current = element;
            if (element && document.activeElement !== element) element.select();
          }}
          class="filter-name"
          aria-label={FILTER.saveAs}
          defaultValue={text}
        />
        <button type="submit" class="filter-action">
          {FILTER.saveYes}
        </button>
        <button type="button" class="filter-action" onClick={() => setNaming(false)}>
          {FILTER.saveNo}
        </button>
      </form>
    );
  }
  return (
    <span class="filter-actions">
      {text !== '' && (
        <button type="button" class="filter-action" title={FILTER.saveHint} onClick={() => setNaming(true)}>
          {FILTER.save}
        </button>
      )}
      <button type="button" class="filter-action" title={FILTER.helpHint} onClick={() => setHelping(true)}>
        {FILTER.help}
      </button>
      <button
        type="button"
        class="filter-action"
        onClick={() => {
          filter.setText('');
          timeline.setBrush(null);
        }}
      >
        {FILTER.clear}
      </button>
      {isHelping && <FilterHelp onClose={() => setHelping(false)} />}
    </span>
  );
}
