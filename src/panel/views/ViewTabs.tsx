/** Which view fills the panel. The number of findings to look at is seen from all of them. */

import type { ComponentType } from 'preact';
import { PANEL_VIEWS, type PanelView } from '../state/panel-state.ts';
import { FINDINGS, VIEWS } from '../words-findings.ts';
import { Tabs } from './Tabs.tsx';
import { usePanel } from './use-panel.ts';

/** Of the element that the tabs fill. */
export const VIEW_ID = 'view';

const LABELS: Readonly<Partial<Record<PanelView, ComponentType>>> = {
  findings: FindingsLabel,
  sessions: SessionsLabel,
};

export function ViewTabs() {
  const { view, analysis, show } = usePanel();
  return (
    <div class="views">
      <Tabs
        label={VIEWS.label}
        idPrefix="view"
        panelId={VIEW_ID}
        tabs={PANEL_VIEWS.map((name) => {
          const Label = LABELS[name];
          return { name, label: Label ? <Label /> : VIEWS[name] };
        })}
        shown={view.value}
        onShow={show}
      />
      {analysis.progress.value && view.value !== 'findings' && <span class="views-progress">{FINDINGS.analysing}</span>}
    </div>
  );
}

function SessionsLabel() {
  const count = usePanel().sessions.notices.value.length;
  return (
    <>
      {VIEWS.sessions}
      {count > 0 && (
        <span class="count count-warning" title={VIEWS.notices(count)}>
          {count}
        </span>
      )}
    </>
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
