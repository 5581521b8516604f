import { expect, it } from 'vitest';
import { keptHeaders } from './response-headers.ts';

it('keeps what names a hop or says why, in lower case and in order', () => {
  expect(
    keptHeaders([
      { name: 'Server', value: 'nginx/1.22.1' },
      { name: 'Date', value: 'today' },
      { name: 'X-Envoy-Upstream-Service-Time', value: '3' },
      { name: 'X-Amzn-Trace-Id', value: 'Root=1' },
      { name: 'Sec-WebSocket-Accept', value: 'abc=' },
      { name: 'Retry-After', value: '30' },
    ]),
  ).toEqual([
    ['server', 'nginx/1.22.1'],
    ['x-envoy-upstream-service-time', '3'],
    ['x-amzn-trace-id', 'Root=1'],
    ['sec-websocket-accept', 'abc='],
    ['retry-after', '30'],
  ]);
});

it.each([
  ['cookies', { name: 'Set-Cookie', value: 'sid=secret' }, []],
  ['a challenge', { name: 'WWW-Authenticate', value: 'Bearer error="secret"' }, [['www-authenticate', 'Bearer']]],
  [
    'the query of a redirection',
    { name: 'Location', value: 'https://login/?token=secret#secret' },
    [['location', 'https://login/?…']],
  ],
])('leaves out %s', (_, header, kept) => {
  expect(keptHeaders([header])).toEqual(kept);
});

it('is bounded', () => {
  const many = Array.from({ length: 100 }, () => ({ name: 'via', value: 'v'.repeat(10_000) }));
  const kept = keptHeaders(many);
  expect(kept).toHaveLength(32);
  expect(kept.every(([, value]) => value.length === 512)).toBe(true);
  expect(keptHeaders(undefined)).toEqual([]);
});
