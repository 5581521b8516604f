/** Why handshakes failed, from each source; what cannot be told is a list. */
import { describe, expect, it } from 'vitest';
import { ANSWERED_BADLY, type HandshakeRecord, NEVER_CONNECTED, type ProbeRecord } from '../../../protocol/evidence.ts';
import type { ConnectionRecord } from '../../../protocol/records.ts';
import {
  closeOf,
  connectionOf,
  contextOf,
  documentOf,
  endedConnection,
  factsOf,
  failedConnection,
  handshakeOf,
  probeOf,
} from '../../fixtures.ts';
import { findingsOf } from '../find.ts';
import type { Finding } from '../finding.ts';

function failedWith(answer: Partial<HandshakeRecord>, fields: Partial<ConnectionRecord> = {}): Finding | undefined {
  const record = failedConnection(1_000, 1_050, fields);
  const handshake = handshakeOf(record.connectionId, { outcome: 'failed', status: null, ...answer });
  return findingsOf(factsOf([record], { handshakes: [handshake] })).find(({ rule }) => rule === 'handshake-failed');
}

function probedWith(answer: Partial<ProbeRecord>, askedAtMs = 2_000): Finding | undefined {
  const record = failedConnection(1_000, 1_050);
  const hidden = handshakeOf(record.connectionId, { outcome: 'failed', status: null, networkError: 'net::ERR_FAILED' });
  const probe = probeOf(record.connectionId, { askedAtMs, answeredAtMs: askedAtMs + 5, ...answer });
  return findingsOf(factsOf([record], { handshakes: [hidden], probes: [probe] })).find(
    ({ rule }) => rule === 'handshake-failed',
  );
}

const first = (finding: Finding | undefined) => finding?.candidates[0].cause;
const all = (finding: Finding | undefined) => finding?.candidates.map(({ cause }) => cause) ?? [];

describe('handshake-failed', () => {
  it.each([
    [301, 'redirected', 'high'],
    [400, 'bad-request', 'medium'],
    [401, 'unauthorized', 'high'],
    [403, 'forbidden', 'high'],
    [404, 'not-found', 'high'],
    [426, 'missing-upgrade', 'high'],
    [429, 'rate-limited', 'high'],
    [500, 'server-error', 'high'],
    [502, 'bad-gateway', 'high'],
    [503, 'bad-gateway', 'medium'],
    [504, 'gateway-timeout', 'high'],
    [200, 'ordinary-answer', 'medium'],
  ])('reads status %d of the network layer as %s', (status, cause, sureness) => {
    const finding = failedWith({ outcome: 'answered', status });
    expect(first(finding)).toBe(cause);
    expect(finding).toMatchObject({ sureness, severity: 'problem' });
    expect(finding?.evidence.some(({ kind }) => kind === 'handshake')).toBe(true);
  });

  it('reads 1015, which Firefox gives for TLS, in whatever language it explains it', () => {
    const close = closeOf(1_050, 1015);
    const finding = failedWith({ networkError: 'Dem Zertifikat wird nicht vertraut.' }, { close });
    expect(all(finding)).toEqual(['certificate-invalid', 'tls-failed']);
    expect(finding?.sureness).toBe('medium');
  });

  it.each([
    ['net::ERR_CONNECTION_REFUSED', 'connection-refused'],
    ['NS_ERROR_CONNECTION_REFUSED', 'connection-refused'],
    ['The certificate is not trusted because it is self-signed.', 'certificate-invalid'],
    ['SSL received a record that exceeded the maximum permissible length.', 'tls-failed'],
    ['net::ERR_NAME_NOT_RESOLVED', 'name-not-resolved'],
    ['NS_ERROR_UNKNOWN_HOST', 'name-not-resolved'],
    ['net::ERR_CERT_AUTHORITY_INVALID', 'certificate-invalid'],
    ['SEC_ERROR_UNKNOWN_ISSUER', 'certificate-invalid'],
    ['SSL_ERROR_BAD_CERT_DOMAIN', 'certificate-invalid'],
    ['net::ERR_SSL_PROTOCOL_ERROR', 'tls-failed'],
    ['SSL_ERROR_RX_RECORD_TOO_LONG', 'tls-failed'],
    ['NS_ERROR_NET_RESET', 'handshake-reset'],
    ['net::ERR_EMPTY_RESPONSE', 'handshake-reset'],
    ['net::ERR_CONNECTION_TIMED_OUT', 'handshake-hung'],
    ['net::ERR_INTERNET_DISCONNECTED', 'offline'],
    ['net::ERR_BLOCKED_BY_CLIENT', 'blocked-by-browser'],
    ['net::ERR_TUNNEL_CONNECTION_FAILED', 'forward-proxy'],
    ['net::ERR_ADDRESS_UNREACHABLE', 'unreachable'],
  ])('reads %s as %s', (networkError, cause) => {
    expect(first(failedWith({ networkError }))).toBe(cause);
  });

  it('names the proxy that answered 502', () => {
    const finding = failedWith({ outcome: 'answered', status: 502, headers: [['server', 'nginx/1.26.3']] });
    expect(finding?.title).toContain('502 by nginx');
  });

  it('has lines for a proxy that drops the Upgrade header', () => {
    const finding = failedWith({ outcome: 'answered', status: 426, headers: [['server', 'nginx/1.26.3']] });
    expect(finding?.advice[0]?.lines?.text).toContain('proxy_set_header Upgrade $http_upgrade;');
  });

  it('tells a subprotocol that nobody offered, and one that is missing, from 101', () => {
    const unasked = failedWith(
      { outcome: 'opened', status: 101, headers: [['sec-websocket-protocol', 'v2']] },
      { protocols: ['v1'] },
    );
    expect(all(unasked)).toEqual(['subprotocol-mismatch']);
    expect(unasked?.sureness).toBe('high');
    const missing = failedWith({ outcome: 'opened', status: 101 }, { protocols: ['v1'] });
    expect(first(missing)).toBe('subprotocol-mismatch');
  });

  it('lists what Chromium hides, and asks for a probe', () => {
    const finding = failedWith({ networkError: 'net::ERR_FAILED' });
    expect(finding?.sureness).toBe('low');
    expect(all(finding).length).toBeGreaterThan(4);
    expect(finding?.nextCheck).toContain('Ask the endpoint');
  });

  it('believes DevTools that it was answered, or that there never was a connection', () => {
    const answered = failedWith({ networkError: ANSWERED_BADLY, toldBy: 'devtools' });
    expect(all(answered)).toContain('bad-gateway');
    expect(all(answered)).not.toContain('connection-refused');
    const never = failedWith({ networkError: NEVER_CONNECTED, toldBy: 'devtools' });
    expect(all(never)).toContain('connection-refused');
    expect(all(never)).not.toContain('bad-gateway');
    expect(all(never)).not.toContain('certificate-invalid');
    expect(all(failedWith({ networkError: NEVER_CONNECTED, toldBy: 'devtools' }, { url: 'wss://h/x' }))).toContain(
      'certificate-invalid',
    );
  });

  it.each([
    [{ status: 502, headers: [['server', 'nginx/1.26.3']] as const }, 'bad-gateway', 'high'],
    [{ networkError: 'net::ERR_CONNECTION_REFUSED' }, 'connection-refused', 'high'],
    [{ networkError: 'net::ERR_NAME_NOT_RESOLVED' }, 'name-not-resolved', 'high'],
    [{ networkError: 'net::ERR_CERT_DATE_INVALID' }, 'certificate-invalid', 'high'],
    [{ networkError: 'no answer in time' }, 'handshake-hung', 'high'],
    [{ status: 403 }, 'forbidden', 'medium'],
  ])('settles it with a probe: %o', (answer, cause, sureness) => {
    const finding = probedWith(answer);
    expect(first(finding)).toBe(cause);
    expect(finding?.sureness).toBe(sureness);
    expect(finding?.evidence.some(({ kind }) => kind === 'probe')).toBe(true);
  });

  it('is less sure of a probe that came late, and of one that finds the server in order', () => {
    expect(probedWith({ networkError: 'net::ERR_CONNECTION_REFUSED' }, 200_000)?.sureness).toBe('medium');
    const healthy = probedWith({ status: 426 });
    expect(healthy?.sureness).toBe('low');
    expect(healthy?.title).toContain('it is there now');
  });

  it('tells failures after success from those of an endpoint that never worked', () => {
    const opened = endedConnection(0, 500, 1000);
    const finding = findingsOf(factsOf([opened, failedConnection(1_000, 1_010)])).find(
      ({ rule }) => rule === 'handshake-failed',
    );
    expect(finding).toMatchObject({ severity: 'warning', sureness: 'low' });
    expect(first(finding)).toBe('connection-refused');
    expect(all(finding)).not.toContain('not-found');
  });

  it('puts many attempts with one answer into one finding', () => {
    const records = Array.from({ length: 20 }, (_, i) => failedConnection(i * 1_000, i * 1_000 + 10));
    const handshakes = records.map(({ connectionId }) =>
      handshakeOf(connectionId, { outcome: 'answered', status: 502 }),
    );
    const found = findingsOf(factsOf(records, { handshakes })).filter(({ rule }) => rule === 'handshake-failed');
    expect(found).toHaveLength(1);
    expect(found[0]?.connectionIds).toHaveLength(20);
  });

  it('says nothing of handshakes that Socketscope refused', () => {
    const record = failedConnection(1_000, 1_050, { refusedAtMs: 1_040 });
    const other = failedConnection(2_000, 2_050);
    const handshakes = [handshakeOf(other.connectionId, { outcome: 'failed', status: null, refusedByUs: true })];
    const findings = findingsOf(factsOf([record, other], { handshakes }));
    expect(findings.map(({ rule }) => rule)).toEqual(['simulated']);
  });

  it('says nothing of handshakes that worked', () => {
    const record = endedConnection(0, 60_000, 1000, { closeRequested: { atMs: 59_000, code: 1000, reason: null } });
    const found = findingsOf(factsOf([record], { handshakes: [handshakeOf(record.connectionId)] }));
    expect(found.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });
});

describe('handshake-blocked', () => {
  it('tells CSP and mixed content, with and without a connection', () => {
    const record = failedConnection(1_000, 1_010, { url: 'ws://h/x' });
    const csp = contextOf('blocked', 1_005, { detail: 'connect-src', url: 'ws://h/x' });
    expect(first(findingsOf(factsOf([record], { context: [csp] }))[0])).toBe('blocked-csp');
    const [alone] = findingsOf(
      factsOf([], { context: [contextOf('blocked', 5, { detail: 'mixed-content', url: 'ws://h/x' })] }),
    );
    expect(alone).toMatchObject({ rule: 'handshake-blocked', sureness: 'high' });
    expect(first(alone)).toBe('blocked-mixed-content');
  });

  it('suspects mixed content from the two URLs alone, but not for loopback', () => {
    const documents = [documentOf({ url: 'https://app.test/' })];
    const far = findingsOf(factsOf([failedConnection(0, 9, { url: 'ws://api.test/x' })], { documents }));
    expect(first(far[0])).toBe('blocked-mixed-content');
    const near = findingsOf(factsOf([failedConnection(0, 9, { url: 'ws://localhost:8080/x' })], { documents }));
    expect(all(near[0])).not.toContain('blocked-mixed-content');
  });
});

describe('handshake-hangs', () => {
  const rulesOf = (record: ConnectionRecord, untilMs = 60_000) =>
    findingsOf(factsOf([record], { untilMs })).map(({ rule }) => rule);

  it('finds handshakes without an answer, and such as the page gave up', () => {
    expect(rulesOf(connectionOf({ createdAtMs: 0 }))).toContain('handshake-hangs');
    const given = { closeRequested: { atMs: 20_000, code: null, reason: null }, close: closeOf(20_001, 1006) };
    expect(rulesOf(connectionOf({ createdAtMs: 0, ...given }))).toContain('handshake-hangs');
    expect(first(findingsOf(factsOf([failedConnection(0, 30_000)]))[0])).toBe('handshake-hung');
  });

  it('gives a handshake time', () => {
    expect(rulesOf(connectionOf({ createdAtMs: 0 }), 5_000)).toEqual([]);
  });
});

describe('closed-while-connecting', () => {
  it('is a note: components that are mounted twice do it', () => {
    const asked = { closeRequested: { atMs: 15, code: null, reason: null }, close: closeOf(16, 1006), erroredAtMs: 16 };
    const findings = findingsOf(factsOf([connectionOf({ createdAtMs: 10, ...asked })]));
    expect(findings).toMatchObject([{ rule: 'closed-while-connecting', severity: 'note' }]);
  });
});

describe('slow-handshake', () => {
  it('finds handshakes of 5 s and longer, and no others', () => {
    const rulesOf = (openedAtMs: number) =>
      findingsOf(factsOf([connectionOf({ createdAtMs: 0, openedAtMs })])).map(({ rule }) => rule);
    expect(rulesOf(6_000)).toEqual(['slow-handshake']);
    expect(rulesOf(900)).toEqual([]);
  });
});
