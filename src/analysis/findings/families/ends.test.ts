/** Ends with close frames, failures that the browser itself found, tokens, sizes and poison: each with its near miss. */
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../../protocol/records.ts';
import type { Digest } from '../../digest/digest.ts';
import {
  closeOf,
  connectionOf,
  digestOf,
  endedConnection,
  factsOf,
  failedConnection,
  frameOf,
  handshakeOf,
} from '../../fixtures.ts';
import { findingsOf } from '../find.ts';
import type { Finding } from '../finding.ts';

const first = (finding: Finding | undefined) => finding?.candidates[0].cause;
function found(
  rule: string,
  connections: readonly ConnectionRecord[],
  digests: readonly Digest[] = [],
): Finding | undefined {
  return findingsOf(factsOf(connections, { digests })).find((finding) => finding.rule === rule);
}
function protocolOf(id: string): Digest['protocol'] {
  return { id, name: id, signs: [], isDevServer: false };
}

describe('close-code', () => {
  it.each([
    [1000, 'unexplained-close', 'note'],
    [1001, 'server-restart', 'warning'],
    [1002, 'protocol-error', 'problem'],
    [1003, 'unsupported-data', 'problem'],
    [1005, 'closed-without-code', 'note'],
    [1007, 'bad-payload', 'problem'],
    [1008, 'policy-violation', 'problem'],
    [1011, 'server-error', 'problem'],
    [1012, 'server-restart', 'warning'],
    [1013, 'overloaded', 'problem'],
    [1014, 'bad-gateway', 'problem'],
    [4242, 'application-close', 'warning'],
    [2999, 'protocol-error', 'warning'],
  ])('%d by the server is %s', (code, cause, severity) => {
    const finding = found('close-code', [endedConnection(0, 33_000, code)]);
    expect(first(finding)).toBe(cause);
    expect(finding?.severity).toBe(severity);
  });

  it.each([
    [1008, 'token expired', 'token-expired'],
    [1008, 'rate limit exceeded', 'rate-limited'],
    [4001, 'unauthorized', 'unauthorized'],
    [1001, 'server shutting down', 'server-restart'],
    [1011, 'keepalive ping timeout', 'server-idle-timeout'],
    [4000, 'unsupported version', 'protocol-version-mismatch'],
  ])('%d with the reason “%s” is %s', (code, reason, cause) => {
    expect(first(found('close-code', [connectionOf({ openedAtMs: 1, close: closeOf(33_000, code, reason) })]))).toBe(
      cause,
    );
  });

  it('reads codes as the protocol does', () => {
    const record = endedConnection(0, 33_000, 4401);
    const protocol = protocolOf('graphql-transport-ws');
    const finding = found('close-code', [record], [digestOf(record.connectionId, { protocol })]);
    expect(finding?.title).toMatch(/unauthorized/i);
    expect(first(finding)).toBe('unauthorized');
  });

  it('hears a farewell of the server that no close frame follows', () => {
    const record = endedConnection(0, 33_000, 1006);
    const farewell = { seq: 4, atMs: 32_990, isOut: false, label: 'close', says: 'unauthorized' };
    expect(first(found('close-code', [record], [digestOf(record.connectionId, { farewell })]))).toBe('unauthorized');
    expect(
      found('close-code', [record], [digestOf(record.connectionId, { farewell: { ...farewell, atMs: 9 } })]),
    ).toBeUndefined();
  });

  it('says nothing of what the page closed', () => {
    const asked = { closeRequested: { atMs: 32_000, code: 1000, reason: null } };
    const findings = findingsOf(factsOf([endedConnection(0, 33_000, 1000, asked)]));
    expect(findings).toMatchObject([{ rule: 'page-closed', severity: 'note' }]);
  });

  it('takes a farewell of the page for its wish', () => {
    const record = endedConnection(0, 33_000, 1005);
    const farewell = { seq: 4, atMs: 32_990, isOut: true, label: 'disconnect', says: '' };
    const findings = findingsOf(factsOf([record], { digests: [digestOf(record.connectionId, { farewell })] }));
    expect(findings.map(({ rule }) => rule)).toEqual(['page-closed']);
  });
});

describe('failed-by-browser', () => {
  it('is an error before the close of an open connection', () => {
    const record = endedConnection(0, 5_000, 1006, { erroredAtMs: 4_999 });
    expect(first(found('failed-by-browser', [record]))).toBe('invalid-frame');
  });

  it('is not the loss of a connection, which comes without error', () => {
    expect(found('failed-by-browser', [endedConnection(0, 5_000, 1006)])).toBeUndefined();
  });
});

describe('impossible-close', () => {
  it('tells a mock by 1006 with wasClean', () => {
    const close = { ...closeOf(5_000, 1006), wasClean: true };
    expect(first(found('impossible-close', [connectionOf({ openedAtMs: 1, close })]))).toBe('mocked');
    expect(found('impossible-close', [endedConnection(0, 5_000, 1006)])).toBeUndefined();
  });
});

describe('instant-close', () => {
  const lives = (count: number, ms: number, code: number) =>
    Array.from({ length: count }, (_, i) => endedConnection(i * 5_000, i * 5_000 + 20 + ms, code));

  it('finds connections that are let in and thrown out', () => {
    const finding = found('instant-close', lives(4, 30, 1006));
    expect(first(finding)).toBe('instant-close');
    expect(finding?.candidates.map(({ cause }) => cause)).toContain('unauthorized');
  });

  it('is not two of them, and not such as lived', () => {
    expect(found('instant-close', lives(2, 30, 1006))).toBeUndefined();
    expect(found('instant-close', [...lives(3, 30, 1006), ...lives(9, 4_000, 1006)])).toBeUndefined();
  });
});

describe('token-expired', () => {
  const token = (expiresAtMs: number) => ({
    where: 'url' as const,
    seq: null,
    expiresAtMs,
    issuedAtMs: expiresAtMs - 30_000,
    renewedUntilMs: null,
  });

  it('finds ends at the end of the token, with its lifetime', () => {
    const records = [endedConnection(0, 30_400, 1008), endedConnection(40_000, 70_700, 1008)];
    const digests = records.map(({ connectionId }, i) => digestOf(connectionId, { token: token(30_000 + i * 40_000) }));
    const finding = found('token-expired', records, digests);
    expect(finding).toMatchObject({ sureness: 'high' });
    expect(finding?.title).toContain('30 s');
    expect(finding?.candidates.map(({ cause }) => cause)).toEqual(['token-expired']);
  });

  it('finds a refusal of a token that had ended before', () => {
    const record = failedConnection(50_000, 50_020);
    const handshakes = [handshakeOf(record.connectionId, { outcome: 'answered', status: 401 })];
    const digests = [digestOf(record.connectionId, { token: token(30_000) })];
    const [finding] = findingsOf(factsOf([record], { handshakes, digests }));
    expect(finding?.rule).toBe('token-expired');
    const instant = endedConnection(50_000, 50_200, 1008);
    expect(
      found('token-expired', [instant], [digestOf(instant.connectionId, { token: token(30_000) })])?.sureness,
    ).toBe('high');
  });

  it('is not an end long before or after, nor one whose token was renewed', () => {
    const record = endedConnection(0, 30_400, 1006);
    const of = (fields: Partial<NonNullable<Digest['token']>>) => [
      digestOf(record.connectionId, { token: { ...token(30_000), ...fields } }),
    ];
    expect(found('token-expired', [record], of({ expiresAtMs: 90_000 }))).toBeUndefined();
    expect(found('token-expired', [record], of({ expiresAtMs: 10_000 }))).toBeUndefined();
    expect(found('token-expired', [record], of({ renewedUntilMs: 60_000 }))).toBeUndefined();
    expect(found('token-expired', [record], of({}))?.sureness).toBe('medium');
  });
});

describe('message-size', () => {
  const big = (seq: number, atMs: number, sizeBytes: number) => frameOf({ seq, atMs, sizeBytes, shape: 'bytes big' });

  it('believes 1009', () => {
    const record = endedConnection(0, 5_000, 1009);
    const finding = found(
      'message-size',
      [record],
      [digestOf(record.connectionId, { largestOut: big(7, 4_900, 600_000) })],
    );
    expect(finding).toMatchObject({ sureness: 'high' });
    expect(finding?.title).toContain('586 KB');
    expect(finding?.advice.some(({ lines }) => lines?.text.includes('maxPayload: 2097152'))).toBe(true);
  });

  it('suspects the largest message just before a loss', () => {
    const record = endedConnection(0, 5_000, 1006);
    const frame = big(7, 4_900, 200_000);
    const finding = found(
      'message-size',
      [record],
      [digestOf(record.connectionId, { largestOut: frame, lastFrames: [frame] })],
    );
    expect(first(finding)).toBe('message-too-big');
    expect(finding?.sureness).toBe('low');
  });

  it('lets go when as much was survived elsewhere, was sent earlier, or is small', () => {
    const record = endedConnection(0, 5_000, 1006);
    const frame = big(7, 4_900, 200_000);
    const fatal = digestOf(record.connectionId, { largestOut: frame, lastFrames: [frame] });
    const other = connectionOf({ openedAtMs: 0 });
    expect(
      found(
        'message-size',
        [record, other],
        [fatal, digestOf(other.connectionId, { largestOut: big(1, 100, 300_000) })],
      ),
    ).toBeUndefined();
    const early = big(7, 1_000, 200_000);
    expect(
      found('message-size', [record], [digestOf(record.connectionId, { largestOut: early, lastFrames: [early] })]),
    ).toBeUndefined();
    const small = big(7, 4_900, 900);
    expect(
      found('message-size', [record], [digestOf(record.connectionId, { largestOut: small, lastFrames: [small] })]),
    ).toBeUndefined();
  });
});

describe('poison-message', () => {
  function ends(count: number, shape: (i: number) => string, before: readonly string[] = ['say']) {
    const records = Array.from({ length: count }, (_, i) =>
      endedConnection(i * 17_000, i * 17_000 + 4_000 + i * 900, 1006),
    );
    const digests = records.map(({ connectionId, close }, i) => {
      const endMs = close?.atMs ?? 0;
      const earlier = before.map((name, n) => frameOf({ seq: n, atMs: endMs - 3_000 + n, shape: name }));
      return digestOf(connectionId, {
        lastFrames: [...earlier, frameOf({ seq: 9, atMs: endMs - 40, shape: shape(i) })],
        lastOutAtMs: endMs - 40,
      });
    });
    return [records, digests] as const;
  }

  it('is the same shape, sent last before each end, and not without one', () => {
    const finding = found('poison-message', ...ends(5, () => '{"op":"import"}'));
    expect(first(finding)).toBe('poison-message');
    expect(finding).toMatchObject({ sureness: 'high' });
  });

  it('is not a shape that is sent all the time, nor different ones, nor two', () => {
    expect(found('poison-message', ...ends(5, () => 'say', ['say', 'say']))).toBeUndefined();
    expect(found('poison-message', ...ends(5, (i) => `other ${i}`))).toBeUndefined();
    expect(found('poison-message', ...ends(2, () => 'import'))).toBeUndefined();
  });
});
