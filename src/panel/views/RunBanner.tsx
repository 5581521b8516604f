/** What is being simulated: what, where, how long still, and Stop. Above everything, and of a colour that nothing else has. */
import { scenarioTitle } from '../../faults/catalogue-words.ts';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import { formatDuration } from '../models/format.ts';
import { splitUrl } from '../models/url-name.ts';
import { isOver } from '../state/scenario-state.ts';
import { RUN, SCENARIO_OUTCOMES } from '../words-faults.ts';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';

export function RunBanner() {
  const { scenarios } = usePanel();
  const run = scenarios.run.value;
  return (
    <>
      <NotPlayed />
      {run && <Run run={run} />}
    </>
  );
}

function NotPlayed() {
  const { scenarios } = usePanel();
  const report = scenarios.report.value;
  const { outcome, detail } = report?.answer ?? { outcome: 'done', detail: '' };
  if (!report || outcome === 'done') return null;
  const why = detail === '' ? SCENARIO_OUTCOMES[outcome] : `${SCENARIO_OUTCOMES[outcome]}: ${detail}`;
  return (
    <div class="banner" role="alert">
      <Icon name="warning" />
      <div class="banner-text">
        <strong>{RUN.notPlayed(scenarioTitle(report.name), why)}</strong>
      </div>
      <Dismiss />
    </div>
  );
}

function Dismiss() {
  const { scenarios } = usePanel();
  return (
    <button type="button" class="tool" aria-label={RUN.dismiss} title={RUN.dismiss} onClick={() => scenarios.dismiss()}>
      <Icon name="close" />
    </button>
  );
}

function Run({ run }: { readonly run: ScenarioRun }) {
  const { scenarios } = usePanel();
  const isRunning = !isOver(run);
  return (
    <section class={`banner banner-run ${isRunning ? 'is-running' : ''}`} aria-label={RUN.label}>
      <Icon name={run.state === 'interrupted' ? 'warning' : 'drop'} />
      <div class="banner-text">
        <span class="run-facts">
          <strong aria-live="polite">
            {RUN.states[run.state]}: {scenarioTitle(run.name)}
          </strong>
          <span class="run-where">{whereOf(run)}</span>
          {isRunning && <TimeLeft run={run} />}
          {run.rounds > 1 && <span>{RUN.round(run.round, run.rounds)}</span>}
          {run.refused > 0 && <span>{RUN.refused(run.refused)}</span>}
          <Results run={run} />
        </span>
        {run.state === 'interrupted' && <span>{RUN.interruptedHint}</span>}
        <Untouched />
      </div>
      {isRunning ? (
        <button type="button" class="button button-simulated" onClick={() => scenarios.stop()}>
          {RUN.stop}
        </button>
      ) : (
        <Dismiss />
      )}
    </section>
  );
}

function whereOf({ target, targetUrl }: ScenarioRun): string {
  if (target.kind === 'tab') return RUN.whole;
  if (target.kind === 'matching') return RUN.matching(target.urlPattern);
  return splitUrl(targetUrl ?? '').rest || (targetUrl ?? '');
}

function TimeLeft({ run }: { readonly run: ScenarioRun }) {
  const { clockMs } = usePanel();
  if (run.state === 'waiting') return null;
  if (run.roundEndsAtMs === null) return <span>{RUN.untilStopped}</span>;
  const leftMs = run.roundEndsAtMs - clockMs.value;
  // Whole seconds: what changes several times a second cannot be read.
  return leftMs > 0 ? <span class="run-left">{RUN.left(`${Math.ceil(leftMs / 1_000)} s`)}</span> : null;
}

function Results({ run: { results, rounds, mustReopenWithinMs } }: { readonly run: ScenarioRun }) {
  const last = results.at(-1);
  if (!last) return null;
  const good = results.filter(({ isInTime }) => isInTime).length;
  if (rounds > 1)
    return <span class={good < results.length ? 'run-bad' : ''}>{RUN.results(good, results.length)}</span>;
  if (mustReopenWithinMs !== null) {
    return <span class={last.isInTime ? '' : 'run-bad'}>{last.isInTime ? RUN.inTime : RUN.late}</span>;
  }
  return last.reopenedAtMs === null ? null : (
    <span>{RUN.back(formatDuration(Math.max(0, last.reopenedAtMs - last.clearAtMs)))}</span>
  );
}

/** Named, so that nobody takes them for dropped. */
function Untouched() {
  const { scenarios } = usePanel();
  const records = scenarios.untouched.value;
  if (records.length === 0) return null;
  const names = [...new Set(records.map(({ url }) => splitUrl(url).rest))].join(', ');
  return <span class="faint">{RUN.untouched(records.length, names)}</span>;
}
