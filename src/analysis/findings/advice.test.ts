/** The lines to paste have the numbers of the case, and reach those whom they are for. */
import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../../e2e/words/node.ts';
import { digestOf, endedConnection, factsOf, failedConnection, handshakeOf } from '../fixtures.ts';
import { againstIdleCut, clientHeartbeat, largerMessages, safePeriodMs } from './advice.ts';
import { candidate } from './causes.ts';
import { findingsOf } from './find.ts';
import type { Advice } from './finding.ts';
import type { Hop } from './hops.ts';
import { hopsOf } from './hops.ts';
import { KNOWN_LIMITS, matchingLimits, toleranceMs } from './known-limits.ts';

const linesOf = (advice: readonly Advice[]) => advice.flatMap(({ lines }) => (lines ? [lines.text] : [])).join('\n');
const hop = (id: string): Hop => ({ id, name: id });

describe('a safe heartbeat', () => {
  it.each([
    [60_000, 25_000],
    [100_000, 42_000],
    [30_000, 12_000],
    [7_000, 2_000],
    [1_000, 400],
  ])('for a cut after %d ms comes every %d ms: two fit in', (cutMs, periodMs) => {
    expect(safePeriodMs(cutMs)).toBe(periodMs);
    expect(2 * safePeriodMs(cutMs)).toBeLessThan(cutMs);
  });

  it('stands in the code for page and server', () => {
    expect(clientHeartbeat(25_000).lines?.text).toContain('}, 25000);');
    expect(linesOf(againstIdleCut(60_000, []))).toContain('socket.ping()');
  });
});

describe('lines against an idle cut', () => {
  it.each([
    [
      'nginx',
      [
        'proxy_http_version 1.1;',
        'proxy_set_header Upgrade $http_upgrade;',
        'proxy_set_header Connection "upgrade";',
        'proxy_read_timeout 3600s;',
        'proxy_send_timeout 3600s;',
        'proxy_buffering off;',
        'nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"',
      ],
    ],
    ['haproxy', ['timeout tunnel 3600s']],
    ['apache', ['ProxyTimeout 3600', 'upgrade=websocket']],
    ['caddy', ['stream_close_delay 5m', 'read_timeout 3600s', 'write_timeout 3600s']],
    ['alb', ['Key=idle_timeout.timeout_seconds,Value=3600']],
    ['envoy', ['stream_idle_timeout: 0s']],
    ['gcp', ['--timeout=3600s', 'timeoutSec: 3600']],
  ])('of %s are there when it showed itself', (id, expected) => {
    const text = linesOf(againstIdleCut(60_000, [hop(id)]));
    for (const line of expected) expect(text).toContain(line);
  });

  it('are those of the usual hops when none showed itself', () => {
    const text = linesOf(againstIdleCut(60_000, []));
    for (const line of ['proxy_read_timeout', 'timeout tunnel', 'idle_timeout.timeout_seconds'])
      expect(text).toContain(line);
  });

  it('say where nothing can be changed', () => {
    expect(againstIdleCut(100_000, [hop('cloudflare')]).some(({ text }) => text.includes('100 s'))).toBe(true);
    expect(linesOf(againstIdleCut(100_000, [hop('cloudflare')]))).not.toContain('proxy_read_timeout');
  });

  it('leave room above what was measured', () => {
    expect(linesOf(againstIdleCut(7_200_000, [hop('haproxy')]))).toContain('timeout tunnel 21600s');
  });
});

describe('advice of findings', () => {
  it('after a restart: close in order, give pods time', () => {
    const ends = [0, 10].map((atMs) => endedConnection(atMs, 9_000 + atMs, 1006));
    const text = linesOf(findingsOf(factsOf(ends)).find(({ rule }) => rule === 'mass-close')?.advice ?? []);
    for (const line of ["socket.close(1012, 'restarting')", 'terminationGracePeriodSeconds: 60', 'stream_close_delay'])
      expect(text).toContain(line);
  });

  it('after 400: sticky sessions', () => {
    const record = failedConnection(0, 9);
    const handshakes = [handshakeOf(record.connectionId, { outcome: 'answered', status: 400 })];
    const text = linesOf(findingsOf(factsOf([record], { handshakes }))[0]?.advice ?? []);
    expect(text).toContain('ip_hash;');
    expect(text).toContain('stickiness.enabled');
  });

  it('after a message too big: a limit above it', () => {
    expect(linesOf(largerMessages(600_000))).toContain('maxPayload: 2097152');
    expect(linesOf(largerMessages(600_000))).toContain('maxHttpBufferSize: 2097152');
  });

  it('has the period for this very recording', () => {
    const ends = [0, 70_000, 140_000].map((atMs, i) => endedConnection(atMs, atMs + 60_020 + 400 * i, 1006));
    const digests = ends.map(({ connectionId }, i) =>
      digestOf(connectionId, { lastInAtMs: 70_000 * i + 20 + 400 * i }),
    );
    const text = linesOf(findingsOf(factsOf(ends, { digests })).find(({ rule }) => rule === 'idle-cut')?.advice ?? []);
    expect(text).toContain('}, 25000);');
  });
});

describe('hops', () => {
  it.each([
    [['server', 'nginx/1.26.3'], 'nginx'],
    [['server', 'Apache/2.4.62 (Debian)'], 'apache'],
    [['via', '1.1 Caddy'], 'caddy'],
    [['server', 'awselb/2.0'], 'alb'],
    [['cf-ray', '8a-FRA'], 'cloudflare'],
    [['x-envoy-upstream-service-time', '5'], 'envoy'],
    [['via', '1.1 vegur'], 'heroku'],
    [['via', '1.1 google'], 'gcp'],
    [['x-amz-cf-id', 'x'], 'cloudfront'],
  ] as const)('%o is %s', (header, id) => {
    expect(hopsOf([header]).map((found) => found.id)).toEqual([id]);
  });

  it('are none where nothing names one', () => {
    expect(
      hopsOf([
        ['connection', 'Upgrade'],
        ['server', 'my-own'],
      ]),
    ).toEqual([]);
  });
});

describe('known limits', () => {
  it('match within two seconds or 5 %, and short times within a tenth', () => {
    expect(toleranceMs(60_000)).toBe(3_000);
    expect(toleranceMs(30_000)).toBe(2_000);
    expect(toleranceMs(7_000)).toBe(700);
    const products = (ms: number) => matchingLimits(ms, ['idle'], new Set()).map(({ hop: name }) => name);
    expect(products(60_400)).toContain('nginx');
    expect(products(75_000)).toEqual([]);
  });

  it('put the hop that showed itself first, and reports from the field last', () => {
    const names = (hops: readonly string[]) =>
      matchingLimits(60_000, ['idle'], new Set(hops)).map(({ hop: name }) => name);
    expect(names(['alb'])[0]).toBe('AWS ALB');
    expect(names([]).at(-1)).toBe('Fly.io');
  });

  it('all name their source', () => {
    for (const { source, limitMs } of KNOWN_LIMITS) {
      expect(source).not.toBe('');
      expect(limitMs).toBeGreaterThanOrEqual(20_000);
    }
  });
});

describe('causes and advice', () => {
  afterEach(() => speak('en'));

  it('are said in the language that is spoken when they are asked for, not when they were loaded', () => {
    const said = () => [
      candidate('offline').title,
      candidate('offline').check,
      againstIdleCut(55_000, [hop('heroku')]).at(-1)?.text,
    ];
    const english = said();
    speak('tr');
    for (const [i, words] of said().entries()) expect(words).not.toBe(english[i]);
  });
});
