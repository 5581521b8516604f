/** Two versions of Engine.IO that talk past each other: a regular end that is neither idle time nor a limit of age. */

import { text } from '../../../words/words.ts';
import { candidate, candidates } from '../causes.ts';
import { largestCluster } from '../clusters.ts';
import { connectionEvidence, connectionIdsOf, counted, type Draft, duration, type Rule, spanOf } from '../draft.ts';
import type { Life } from '../life.ts';
import type { SessionView } from '../view.ts';

/** Engine.IO 3 lets the client ask and Engine.IO 4 the server: of two versions neither asks, and both give up (Socket.IO, troubleshooting). */
function findVersionMismatch(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const ended = lives.filter(
      (life) =>
        /[?&]EIO=[34](?:&|$)/.test(life.record.url) &&
        life.openedMs !== null &&
        life.endMs !== null &&
        !isExplained(life),
    );
    const unanswered = ended.filter(
      ({ digest }) => digest !== null && (digest.heartbeat === null || digest.heartbeat.answers === 0),
    );
    const cluster = largestCluster(
      unanswered.flatMap((life) => (life.lifetimeMs === null ? [] : [{ life, ms: life.lifetimeMs }])),
    );
    const announced = cluster?.members
      .map(({ life }) => life.digest?.heartbeat?.announced)
      .find((found) => found?.periodMs != null);
    const expectedMs = (announced?.periodMs ?? 25_000) + (announced?.timeoutMs ?? 5_000);
    if (!cluster || cluster.moments < 2 || Math.abs(cluster.medianMs - expectedMs) > 0.1 * expectedMs) return [];
    const found = cluster.members.map(({ life }) => life);
    return [
      {
        about: name,
        title: text(
          'engineIo_endedAfterWithoutASingleAnswered',
          counted(found.length, 'Engine.IO connection'),
          duration(cluster.medianMs),
        ),
        meaning: text('engineIo_inVersion3OfEngineIo'),
        severity: 'problem',
        sureness: cluster.moments >= 3 ? 'high' : 'medium',
        because: text(
          'engineIo_atExpectedNoHeartbeatWasAnswered',
          counted(cluster.moments, 'end'),
          duration(cluster.medianMs),
          duration(expectedMs),
        ),
        candidates: candidates('protocol-version-mismatch', 'half-open', 'idle-cut'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, ({ lifetimeMs }) => text('engineIo_lived', duration(lifetimeMs ?? 0))),
        against: [],
        nextCheck: candidate('protocol-version-mismatch').check,
        advice: [
          {
            text: text('engineIo_useTheSameMajorVersionOn'),
            lines: { of: 'server (Socket.IO)', text: 'new Server(httpServer, { allowEIO3: true })' },
          },
        ],
        span: spanOf(found),
      },
    ];
  });
}

export const ENGINE_IO_VERSION: Rule = {
  name: 'engine-io-version',
  family: 'idle and lifetime',
  says: 'Engine.IO connections that end after interval plus timeout without an answered heartbeat.',
  explains: true,
  find: findVersionMismatch,
};
