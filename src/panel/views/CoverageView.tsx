/** What the recording could not see, in one place: how much of it, why, and what would help. */
import { type CoverageLine, type CoverageState, coverageReport } from '../models/coverage-report.ts';
import { shortNameOf } from '../models/url-name.ts';
import { GAP_REASONS } from '../words.ts';
import { COVERAGE_STATES, COVERAGE_TOPICS_WORDS, COVERAGE_VIEW } from '../words-coverage.ts';
import { ENGINE } from './engine.ts';
import { usePanel } from './use-panel.ts';

const ORDER: readonly CoverageState[] = ['missed', 'never', 'whole'];
const SIGNS: Readonly<Record<CoverageState, string>> = { missed: '!', never: '–', whole: '✓' };

export function CoverageView() {
  const { connections, recording, analysis } = usePanel();
  const ids = new Set(connections.value.map(({ documentId }) => documentId));
  const lines = coverageReport({
    connections: connections.value,
    documents: [...recording.documents.value.values()].filter(({ documentId }) => ids.has(documentId)),
    overlooked: recording.overlooked.value,
    engine: ENGINE,
    truncatedFrames: analysis.result.value?.truncatedFrames ?? 0,
  });
  const missed = lines.filter(({ state }) => state === 'missed').length;
  return (
    <section class="coverage" aria-label={COVERAGE_VIEW.label}>
      <p class="coverage-head">{missed === 0 ? COVERAGE_VIEW.whole : COVERAGE_VIEW.missed(missed)}</p>
      <ul class="coverage-list">
        {[...lines]
          .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
          .map((line) => (
            <Line key={line.topic} line={line} />
          ))}
      </ul>
    </section>
  );
}

function Line({ line: { topic, state, count, connectionIds, reasons = [] } }: { readonly line: CoverageLine }) {
  const words = COVERAGE_TOPICS_WORDS[topic];
  return (
    <li class={`coverage-line is-${state}`}>
      <span class="coverage-sign" aria-hidden="true">
        {SIGNS[state]}
      </span>
      <span class="coverage-title">
        {words.title}
        <span class="visually-hidden">: {COVERAGE_STATES[state]}</span>
      </span>
      <span class="coverage-count">{state === 'never' ? COVERAGE_STATES.never : words.count(count)}</span>
      {state !== 'whole' && (
        <div class="coverage-why">
          <p>{words.why}</p>
          {words.help !== '' && <p>{words.help}</p>}
          {reasons.length > 0 && (
            <ul>
              {reasons.map(([reason, frames]) => (
                <li key={reason}>{COVERAGE_VIEW.gap(frames, GAP_REASONS[reason])}</li>
              ))}
            </ul>
          )}
          <Connections ids={connectionIds} />
        </div>
      )}
    </li>
  );
}

function Connections({ ids }: { readonly ids: readonly string[] }) {
  const { connections, select, show } = usePanel();
  const records = connections.value.filter(({ connectionId }) => ids.includes(connectionId));
  if (records.length === 0) return null;
  return (
    <p class="coverage-links">
      {records.map(({ connectionId, url }) => (
        <button
          key={connectionId}
          type="button"
          class="link"
          title={url}
          onClick={() => {
            select(connectionId);
            show('connections');
          }}
        >
          {shortNameOf(url)}
        </button>
      ))}
    </p>
  );
}
