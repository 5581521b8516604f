import { describe, expect, it } from 'vitest';
import { familyOf, type ProcessInfo, parseProcess, parseThreadTimes, roleOf } from './processes.ts';

const STAT =
  '4711 (Web (Content) 1) S 42 4711 42 0 -1 4194304 9 0 0 0 250 50 7 8 20 0 30 0 99 2600000000 5000 18446744073709551615';

describe('a process', () => {
  it('is read from its stat and cmdline', () => {
    expect(parseProcess(STAT, '/usr/bin/chromium\0--type=renderer\0')).toEqual({
      pid: 4711,
      parentPid: 42,
      cpuMs: 3000,
      rssBytes: 20_480_000,
      name: 'Web (Content) 1',
      command: '/usr/bin/chromium --type=renderer',
    });
  });

  it.each([[''], ['4711 (x) S'], ['x (y) S 1 2']])('is not read from %j', (stat) => {
    expect(parseProcess(stat, '')).toBeNull();
  });
});

describe('a thread', () => {
  it('has run, and has waited for a core', () => {
    expect(parseThreadTimes('109091469 586164999 331\n')).toEqual({ ranMs: 109.091469, waitedMs: 586.164999 });
  });

  it.each([[''], ['0'], ['a b c']])('is not read from %j', (schedstat) => {
    expect(parseThreadTimes(schedstat)).toBeNull();
  });
});

function info(pid: number, parentPid: number, command = '', name = ''): ProcessInfo {
  return { pid, parentPid, cpuMs: 0, rssBytes: 0, name, command };
}

describe('a family', () => {
  it('holds children of children, in whatever order they are listed', () => {
    const all = [info(30, 20), info(20, 10), info(10, 1), info(99, 1), info(1, 0)];
    expect(familyOf(10, all).map(({ pid }) => pid)).toEqual([30, 20, 10]);
  });
});

describe('the role of a process', () => {
  it.each([
    [info(10, 1, 'chromium --headless=new'), 'browser'],
    [info(11, 10, 'chromium --type=renderer --lang=en'), 'page'],
    [info(12, 10, 'chromium --type=renderer --lang=en'), 'devtools'],
    [info(13, 10, 'chromium --type=renderer --crashpad --extension-process --lang=en'), 'extension'],
    [info(14, 10, 'chromium --type=utility --utility-sub-type=network.mojom.NetworkService'), 'network'],
    [info(15, 10, 'chromium --type=gpu-process'), 'other'],
    [info(18, 10, 'chromium --type=renderer --top-chrome-webui --lang=en'), 'other'],
    [info(16, 10, 'firefox-esr -contentproc -isForBrowser 7 tab', 'WebExtensions'), 'extension'],
    [info(17, 10, 'firefox-esr -contentproc 2 socket', 'Socket Process'), 'network'],
  ])('%o', (process, role) => {
    expect(roleOf(process, 10, 11)).toBe(role);
  });
});
