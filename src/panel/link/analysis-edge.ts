/**
 * The panel's door to the analyst. Behind it is a worker of the extension (`analysis-worker/`); in tests the analyst in the
 * same page, or one that says what a test wants.
 */
import type { AllStatistics, AnalysisNews, AnalysisRequest } from '../analysis-worker/messages.ts';

export interface AnalysisEdge {
  /** Called once, before anything is asked. */
  open(onNews: (news: AnalysisNews) => void): void;
  /** In place of what was asked before. */
  analyse(request: AnalysisRequest): void;
  /** Always answered by `cancelled`, whatever the analyst is stuck in. */
  cancel(): void;
  /** Figures of all recordings that are stored. Rejects with words for the user. */
  count(untilMs: number): Promise<AllStatistics>;
}
