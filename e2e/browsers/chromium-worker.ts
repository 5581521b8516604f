/**
 * Starts, watches and kills the extension's service worker over the DevTools protocol's ServiceWorker domain, which
 * alone tells when a worker has really stopped: the list of targets keeps a stopped worker for a while, and Playwright
 * keeps one Worker object over several lives of a worker.
 */

import type { BrowserContext, CDPSession, Worker } from 'playwright-core';
import { waitUntil } from './wait.ts';

/** One version of a service worker, as the protocol's `ServiceWorker.workerVersionUpdated` reports it. */
interface WorkerVersion {
  readonly versionId: string;
  readonly registrationId: string;
  readonly scriptURL: string;
  readonly runningStatus: 'stopped' | 'starting' | 'running' | 'stopping';
  readonly status: 'new' | 'installing' | 'installed' | 'activating' | 'activated' | 'redundant';
}

export interface WorkerControl {
  /** Starts the worker if it is not running. Resolves when it is activated and running. */
  start(): Promise<Worker>;
  /** Ends the worker at once, whatever it does. Resolves when it has stopped; it may be running anew already. */
  kill(): Promise<void>;
  /** Resolves with a running worker of another registration than that of the last `start`, as after an update. */
  startAfterReload(): Promise<Worker>;
}

export function createWorkerControl(context: BrowserContext, extensionOrigin: string): WorkerControl {
  /** Latest state of every version seen by the session. */
  const versions = new Map<string, WorkerVersion>();
  /** How often a version was seen to stop: a worker with waiting clients is running again in the next event. */
  const stops = new Map<string, number>();
  let session: CDPSession | null = null;
  let registrationId = '';

  /** The domain exists on pages only; any page will do, and when that page closes the next use takes another one. */
  async function connect(): Promise<CDPSession> {
    if (session !== null) {
      return session;
    }
    const page = context.pages().find((candidate) => !candidate.url().startsWith('devtools:'));
    const created = await context.newCDPSession(page ?? (await context.newPage()));
    session = created;
    created.on('close', () => {
      session = session === created ? null : session;
    });
    versions.clear();
    created.on('ServiceWorker.workerVersionUpdated', (event) => {
      for (const version of event.versions) {
        versions.set(version.versionId, version);
        if (version.runningStatus === 'stopped') {
          stops.set(version.versionId, (stops.get(version.versionId) ?? 0) + 1);
        }
      }
    });
    await created.send('ServiceWorker.enable');
    return created;
  }

  function currentVersion(): WorkerVersion | null {
    return (
      [...versions.values()].findLast(
        ({ scriptURL, status }) => scriptURL.startsWith(`${extensionOrigin}/`) && status !== 'redundant',
      ) ?? null
    );
  }

  function workerObject(): Worker | null {
    return context.serviceWorkers().findLast((worker) => worker.url().startsWith(`${extensionOrigin}/`)) ?? null;
  }

  async function activatedVersion(accept: (version: WorkerVersion) => boolean): Promise<WorkerVersion> {
    return waitUntil('an activated service worker of the extension', async () => {
      await connect();
      const version = currentVersion();
      return version?.status === 'activated' && accept(version) ? version : null;
    });
  }

  async function startVersion(accept: (version: WorkerVersion) => boolean): Promise<Worker> {
    const version = await activatedVersion(accept);
    registrationId = version.registrationId;
    if (version.runningStatus !== 'running') {
      await (await connect()).send('ServiceWorker.startWorker', { scopeURL: `${extensionOrigin}/` });
    }
    await activatedVersion(({ runningStatus }) => runningStatus === 'running');
    return waitUntil("Playwright's object for the service worker", workerObject);
  }

  return {
    start: () => startVersion(() => true),
    async kill() {
      // A worker that is killed while it installs is started again by the browser, so wait for the end of that first.
      const { versionId, runningStatus } = await activatedVersion(() => true);
      if (runningStatus === 'stopped') {
        return;
      }
      const stopsBefore = stops.get(versionId) ?? 0;
      await (await connect()).send('ServiceWorker.stopWorker', { versionId });
      await waitUntil('the end of the service worker', () => (stops.get(versionId) ?? 0) > stopsBefore);
    },
    startAfterReload: () => startVersion((version) => version.registrationId !== registrationId),
  };
}
