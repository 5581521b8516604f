/** Loads the statistics, with their chart library, when they are looked at for the first time. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { STATISTICS } from '../words-statistics.ts';
import { EmptyState } from './EmptyState.tsx';

/** Once per panel. */
let loaded: ComponentType | null = null;

export function StatisticsTab() {
  const [View, setView] = useState<ComponentType | null>(() => loaded);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (loaded) return;
    import('../statistics/StatisticsView.tsx').then(
      ({ StatisticsView }) => {
        loaded = StatisticsView;
        setView(() => StatisticsView);
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  }, []);
  if (View) return <View />;
  return <EmptyState words={problem === null ? [STATISTICS.loading, ''] : [STATISTICS.notLoaded, problem]} />;
}
