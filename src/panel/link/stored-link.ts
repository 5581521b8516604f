/**
 * A PanelLink for a stored session: behind it is no page and nobody who records, so it says by itself that the panel is
 * attached. What is asked of a page is not done, and says so; what is done to the session itself goes to the background.
 */
import type { PanelLink } from './panel-link.ts';

/** `background`: a link that is attached to no tab. */
export function createStoredLink(sessionId: string, background: PanelLink): PanelLink {
  let tellAttached = (): void => undefined;
  return {
    ...background,
    open: ({ onNews, onOrphaned }) => {
      tellAttached = () => onNews({ kind: 'attached', sessionId, recording: false });
      background.open({
        onNews: (news) => {
          if (news.kind !== 'attached') onNews(news);
        },
        onOrphaned,
      });
      tellAttached();
    },
    setRecording: () => undefined,
    clear: () => undefined,
    drop: async () => 'notFound',
    orderFrame: async () => 'notFound',
    playScenario: async () => ({ outcome: 'unanswered', detail: '' }),
    stopScenario: () => undefined,
    probe: async () => ({ outcome: 'unanswered', probeId: null }),
    retry: () => tellAttached(),
  };
}
