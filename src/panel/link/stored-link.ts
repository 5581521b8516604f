/**
 * A PanelLink to nobody: behind a stored session there is no page and no recorder. It says at once that it is attached, and
 * nothing ever comes after that; what is asked of it is not done, and says so.
 */
import type { PanelLink } from './panel-link.ts';

export function createStoredLink(sessionId: string): PanelLink {
  let tell = (): void => undefined;
  return {
    open: ({ onNews }) => {
      tell = () => onNews({ kind: 'attached', sessionId, recording: false });
      tell();
    },
    setRecording: () => undefined,
    clear: () => undefined,
    setSettings: () => undefined,
    drop: async () => 'notFound',
    orderFrame: async () => 'notFound',
    playScenario: async () => ({ outcome: 'unanswered', detail: '' }),
    stopScenario: () => undefined,
    probe: async () => ({ outcome: 'unanswered', probeId: null }),
    retry: () => tell(),
  };
}
