import { describe, expect, it } from 'vitest';
import { addressOf, runsInWindow, serverPorts } from './tree.ts';

describe('runsInWindow', () => {
  it.each(['/a/b.html', '/a/b.any.html?wss', '/a/b.window.html', '/a/worker.html', '/a/b.html?x=.any.worker.html'])(
    '%s: yes',
    (url) => {
      expect(runsInWindow(url)).toBe(true);
    },
  );

  it.each([
    '/a/b.any.worker.html?wss',
    '/a/b.any.worker-module.html',
    '/a/b.any.sharedworker.html',
    '/a/b.any.serviceworker.html',
    '/a/b.any.serviceworker-module.html',
    '/a/b.worker.html',
    '/a/b.any.shadowrealm-in-window.html',
  ])('%s: no', (url) => {
    expect(runsInWindow(url)).toBe(false);
  });
});

describe('addressOf', () => {
  it.each([
    ['/a/b.html?x', 'http://web-platform.test:8000/a/b.html?x'],
    ['/a/b.https.html', 'https://web-platform.test:8443/a/b.https.html'],
    ['/a/b.sub.h2.any.html', 'https://web-platform.test:9000/a/b.sub.h2.any.html'],
    ['/a/b.html?wpt_flags=h2', 'https://web-platform.test:9000/a/b.html?wpt_flags=h2'],
    ['/a/b.html?x&wpt_flags=https', 'https://web-platform.test:8443/a/b.html?x&wpt_flags=https'],
    ['/a/b.www.html', 'http://www.web-platform.test:8000/a/b.www.html'],
    ['/a.https.d/b.html', 'http://web-platform.test:8000/a.https.d/b.html'],
  ])('%s', (url, address) => {
    expect(addressOf({ url, file: '', timeout: 'normal' }, 0)).toBe(address);
  });

  it('follows the ports', () => {
    expect(addressOf({ url: '/a.html', file: '', timeout: 'normal' }, 500)).toBe(
      'http://web-platform.test:8500/a.html',
    );
    expect(serverPorts(500).wss).toEqual([9167]);
  });
});
