import { describe, expect, test } from 'vitest';
import { candidatePaths, findBrowser, type Machine } from './find.ts';

function machine(parts: Partial<Machine> & { readonly programs?: readonly string[] }): Machine {
  const { programs = [], platform = 'linux', env = {} } = parts;
  return { platform, env, isExecutable: (path) => programs.includes(path) };
}

describe('finding a browser', () => {
  test('prefers what the environment names', () => {
    const env = { SOCKETSCOPE_FIREFOX: '/my/firefox', PATH: '/usr/bin' };
    expect(findBrowser('firefox', machine({ env, programs: ['/usr/bin/firefox-esr', '/my/firefox'] }))).toBe(
      '/my/firefox',
    );
  });

  test('does not silently take another one when the environment names none that runs', () => {
    const env = { SOCKETSCOPE_CHROMIUM: '/typo', PATH: '/usr/bin' };
    expect(() => findBrowser('chromium', machine({ env, programs: ['/usr/bin/chromium'] }))).toThrow(
      'SOCKETSCOPE_CHROMIUM=/typo',
    );
  });

  test('takes an empty variable for an absent one', () => {
    const env = { SOCKETSCOPE_CHROMIUM: '', PATH: '/usr/bin' };
    expect(findBrowser('chromium', machine({ env, programs: ['/usr/bin/chromium'] }))).toBe('/usr/bin/chromium');
  });

  test('prefers Chromium anywhere in PATH to Chrome earlier in PATH', () => {
    const env = { PATH: '/a:/b' };
    expect(findBrowser('chromium', machine({ env, programs: ['/a/google-chrome', '/b/chromium'] }))).toBe(
      '/b/chromium',
    );
  });

  test("looks at Debian's places when PATH is empty", () => {
    expect(findBrowser('firefox', machine({ programs: ['/usr/bin/firefox-esr'] }))).toBe('/usr/bin/firefox-esr');
  });

  test('finds applications on macOS', () => {
    const firefox = '/Applications/Firefox.app/Contents/MacOS/firefox';
    expect(findBrowser('firefox', machine({ platform: 'darwin', programs: [firefox] }))).toBe(firefox);
  });

  test('resolves the folders of Windows, and splits its PATH', () => {
    const env = { PATH: 'C:\\tools;D:\\bin', 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' };
    const paths = candidatePaths('chromium', machine({ platform: 'win32', env }));
    expect(paths).toContain('D:\\bin\\chrome.exe');
    expect(paths).toContain('C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe');
    expect(paths.filter((path) => path.includes('%'))).toEqual([]);
  });

  test('says null when there is none', () => {
    expect(findBrowser('firefox', machine({ env: { PATH: '/usr/bin' } }))).toBeNull();
  });
});
