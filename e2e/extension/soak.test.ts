/** The short form of `npm run soak`: a few seconds of frames and reconnects, the panel open; nothing may be lost. */
import { describe, expect, it } from 'vitest';
import { runSoak } from '../bench/soak/run-soak.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';

const DURATION_MS = 15_000;
const TEST_TIMEOUT_MS = 180_000;

describe.each(BROWSER_KINDS)('a short soak in %s', (browser) => {
  it.skipIf(!isInstalled(browser))(
    'records every frame of every connection once',
    async () => {
      const { seen, recorded, storedFrames, series } = await runSoak({
        browser,
        durationMs: DURATION_MS,
        framesPerSecond: 2_000,
        extensionDir: distOf(TARGET_OF[browser]),
        headless: true,
        say: () => {},
      });
      // What a busy machine manages; but something has to have happened.
      expect(seen.connections).toBeGreaterThan(10);
      expect(seen.framesIn).toBeGreaterThan(1_000);
      expect(seen.framesOut).toBeGreaterThan(10);
      const { connections, framesIn, framesOut, missed, rejected } = recorded;
      expect({ connections, framesIn, framesOut, missed, rejected }).toEqual({ ...seen, missed: 0, rejected: 0 });
      expect(storedFrames).toBe(seen.framesIn + seen.framesOut);
      // On Linux each browser's processes can be looked at; their memory is judged in the long form only.
      if (process.platform === 'linux') expect(series.length).toBeGreaterThan(0);
    },
    TEST_TIMEOUT_MS,
  );
});
