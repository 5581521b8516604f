/** The whole panel: toolbar, the views with their tabs, status. */
import type { RefObject } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';
import type { PanelState } from '../state/panel-state.ts';
import { SPLITTERS } from '../words.ts';
import { Banners } from './Banners.tsx';
import { ConnectionsGrid } from './ConnectionsGrid.tsx';
import { ENGINE } from './engine.ts';
import type { FindingsViewProps } from './FindingsView.tsx';
import { focusOn } from './focus-on.ts';
import { HeldFrames } from './HeldFrames.tsx';
import { useShortcuts } from './keys.ts';
import { lazyView } from './lazy.tsx';
import { RunBanner } from './RunBanner.tsx';
import type { SelectedConnectionProps } from './SelectedConnection.tsx';
import { Split } from './Split.tsx';
import { StatusBar } from './StatusBar.tsx';
import { Toolbar } from './Toolbar.tsx';
import { PanelContext, usePanel } from './use-panel.ts';
import { useSize } from './use-size.ts';
import { VIEW_ID, ViewTabs } from './ViewTabs.tsx';

/** From this width on the detail view stands beside the frames, below it under them. */
const WIDE_PX = 720;

const TimelineView = lazyView<object>(() => import('./TimelineView.tsx').then((file) => file.TimelineView));
const FindingsView = lazyView<FindingsViewProps>(() => import('./FindingsView.tsx').then((file) => file.FindingsView));
/** Nothing is selected at first. */
const SelectedConnection = lazyView<SelectedConnectionProps>(
  () => import('./SelectedConnection.tsx').then((file) => file.SelectedConnection),
  'nothing',
);
const CoverageView = lazyView<object>(() => import('./CoverageView.tsx').then((file) => file.CoverageView));
const StatisticsView = lazyView<object>(() =>
  import('../statistics/StatisticsView.tsx').then((file) => file.StatisticsView),
);
const FilterStrip = lazyView<object>(() => import('./FilterStrip.tsx').then((file) => file.FilterStrip), 'nothing');
const FindBar = lazyView<object>(() => import('./FindBar.tsx').then((file) => file.FindBar), 'nothing');

const SessionsView = lazyView<object>(() => import('../sessions/SessionsView.tsx').then((file) => file.SessionsView));
const MarkMoment = lazyView<{ readonly atMs: number }>(
  () => import('../sessions/MarkMoment.tsx').then((file) => file.MarkMoment),
  'nothing',
);
const KeyHelpDialog = lazyView<{ onClose(): void }>(
  () => import('./KeyHelpDialog.tsx').then((file) => file.KeyHelpDialog),
  'nothing',
);

export interface PanelProps {
  readonly state: PanelState;
  /** See ToolbarProps. */
  readonly tabUrl: string | null;
}

export function Panel({ state, tabUrl }: PanelProps) {
  const root = useRef<HTMLDivElement>(null);
  const { widthPx } = useSize(root);
  const [isHelpShown, setHelpShown] = useState(false);
  const showHelp = useCallback(() => setHelpShown(true), []);
  useShortcuts(state, showHelp);
  const markingMs = state.sessions.markingMs.value;
  const { filter, timeline, isFinding } = state;
  return (
    <PanelContext.Provider value={state}>
      <div
        ref={root}
        class={`panel engine-${ENGINE} theme-${state.theme.value} ${widthPx < WIDE_PX ? 'is-narrow' : ''}`}
      >
        <Banners />
        <RunBanner />
        <HeldFrames />
        <Toolbar tabUrl={tabUrl} />
        {(filter.text.value.trim() !== '' || timeline.brush.value !== null) && <FilterStrip />}
        <ViewTabs />
        <div class="view" role="tabpanel" id={VIEW_ID} aria-labelledby={`view-${state.view.value}`}>
          <View root={root} widthPx={widthPx} />
        </div>
        {isFinding.value && <FindBar />}
        <StatusBar onHelp={showHelp} />
        {isHelpShown && <KeyHelpDialog onClose={() => setHelpShown(false)} />}
        {markingMs !== null && <MarkMoment atMs={markingMs} />}
      </div>
    </PanelContext.Provider>
  );
}

interface ViewProps {
  readonly root: RefObject<HTMLDivElement | null>;
  readonly widthPx: number;
}

function View({ root, widthPx }: ViewProps) {
  const { view } = usePanel();
  const isWide = widthPx >= WIDE_PX;
  switch (view.value) {
    case 'statistics':
      return <StatisticsView />;
    case 'coverage':
      return <CoverageView />;
    case 'sessions':
      return <SessionsView />;
    default:
      // The timeline is the same element in both.
      return (
        <Split
          name="timeline"
          label={SPLITTERS.timeline}
          direction="column"
          share={isWide ? 0.3 : 0.22}
          first={<TimelineView />}
          second={view.value === 'findings' ? <FindingsView isWide={isWide} /> : <Lists root={root} isWide={isWide} />}
        />
      );
  }
}

function Lists({ root, isWide }: SelectedConnectionProps) {
  const { selected, frames, verdict } = usePanel();
  // Below each other, what is read needs the room more than the list that it was chosen from.
  const isReading = !isWide && (frames.selectedSeq.value !== null || verdict.isShown.value);
  return (
    <Split
      name={isReading ? 'reading' : 'connections'}
      label={SPLITTERS.connections}
      direction="column"
      share={isReading ? 0.24 : 0.4}
      first={<ConnectionsGrid onOpen={() => focusOn(root, '.frames [aria-rowcount]')} />}
      second={selected.value !== null && <SelectedConnection root={root} isWide={isWide} />}
    />
  );
}
