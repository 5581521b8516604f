import { describe, expect, test } from 'vitest';
import { missingMessage, planInstall, type System } from './install.ts';

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const UBUNTU = 'ID=ubuntu\nID_LIKE=debian\n';
const MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n';

function system(parts: Partial<System>): System {
  return { platform: 'linux', isRoot: false, osRelease: '', ...parts };
}

describe('how a browser is installed', () => {
  test('on Debian as root: by itself', () => {
    const plan = planInstall('firefox', system({ isRoot: true, osRelease: DEBIAN }));
    expect(plan?.automatic).toBe(true);
    expect(plan?.commands.map((words) => words.join(' '))).toEqual([
      'apt-get update',
      'apt-get install -y --no-install-recommends firefox-esr fonts-dejavu fonts-noto-color-emoji',
    ]);
  });

  test('on Debian as anybody else: by the user, with sudo', () => {
    const plan = planInstall('chromium', system({ osRelease: DEBIAN }));
    expect(plan?.automatic).toBe(false);
    expect(plan?.commands.every(([first]) => first === 'sudo')).toBe(true);
  });

  test.each([
    ['Ubuntu', UBUNTU],
    ['its derivatives', MINT],
  ])("on %s with Ubuntu's names of packages", (_name, osRelease) => {
    expect(planInstall('firefox', system({ osRelease }))?.commands[1]).toContain('firefox');
    expect(planInstall('chromium', system({ osRelease }))?.commands[1]).toContain('chromium-browser');
  });

  test.each(['darwin', 'win32'] as const)('on %s never by itself', (platform) => {
    expect(planInstall('chromium', system({ platform, isRoot: true }))?.automatic).toBe(false);
  });

  test('on an unknown Linux there is no command', () => {
    expect(planInstall('chromium', system({ osRelease: 'ID=nixos\n', isRoot: true }))).toBeNull();
  });
});

describe('the message that a browser is missing', () => {
  test('holds the exact command, and the variable', () => {
    const message = missingMessage('firefox', system({ osRelease: DEBIAN }));
    expect(message).toContain('sudo apt-get update && sudo apt-get install -y --no-install-recommends firefox-esr');
    expect(message).toContain('SOCKETSCOPE_FIREFOX');
  });

  test('is a whole sentence also where no command is known', () => {
    expect(missingMessage('chromium', system({ platform: 'freebsd' }))).toBe(
      'Chromium was not found. Install it with the package manager of this system, ' +
        'or name its executable in the environment variable SOCKETSCOPE_CHROMIUM.',
    );
  });
});
