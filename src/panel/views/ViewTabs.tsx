/** Which view fills the panel. The number of findings to look at is seen from all of them. */

import { PANEL_VIEWS } from '../state/panel-state.ts';
import { FINDINGS, VIEWS } from '../words-findings.ts';
import { Tabs } from './Tabs.tsx';
import { usePanel } from './use-panel.ts';

/** Of the element that the tabs fill. */
export const VIEW_ID = 'view';

export function ViewTabs() {
  const { view, analysis, show } = usePanel();
  return (
    <div class="views">
      <Tabs
        label={VIEWS.label}
        idPrefix="view"
        panelId={VIEW_ID}
        tabs={PANEL_VIEWS.map((name) => ({ name, label: name === 'findings' ? <FindingsLabel /> : VIEWS[name] }))}
        shown={view.value}
        onShow={show}
      />
      {analysis.progress.value && view.value !== 'findings' && <span class="views-progress">{FINDINGS.analysing}</span>}
    </div>
  );
}

function FindingsLabel() {
  const { analysis } = usePanel();
  const trouble = analysis.trouble.value;
  const hasProblem = analysis.findings.value[0]?.severity === 'problem';
  return (
    <>
      {VIEWS.findings}
      {trouble > 0 && (
        <span class={`count ${hasProblem ? 'count-problem' : 'count-warning'}`} title={VIEWS.trouble(trouble)}>
          {trouble}
        </span>
      )}
    </>
  );
}
