import { describe, expect, it } from 'vitest';
import { asSourcePackages, parseTarball } from './get-tree.ts';

describe('asSourcePackages', () => {
  it('turns lines of binary packages into those of source packages', () => {
    const text = '# comment\ndeb http://mirror/debian bookworm main\ndeb-src http://mirror/debian old main\n';
    expect(asSourcePackages('/etc/apt/sources.list', text)).toBe('deb-src http://mirror/debian bookworm main\n');
  });

  it('turns paragraphs', () => {
    const text = 'Types: deb\nURIs: http://mirror/debian\nSuites: bookworm\n\nTypes: deb deb-src\nURIs: x\n';
    expect(asSourcePackages('/etc/apt/sources.list.d/debian.sources', text)).toBe(
      'Types: deb-src\nURIs: http://mirror/debian\nSuites: bookworm\n\nTypes: deb-src\nURIs: x\n',
    );
  });
});

describe('parseTarball', () => {
  const printed = [
    "'http://m/f/firefox-esr_140.12.0esr.orig-l10n-ach.tar.xz' firefox-esr_140.12.0esr.orig-l10n-ach.tar.xz 10 SHA256:aa",
    "'http://m/f/firefox-esr_140.12.0esr.orig.tar.xz' firefox-esr_140.12.0esr.orig.tar.xz 682717088 SHA256:bb",
    "'http://m/f/firefox-esr_140.12.0esr-1.debian.tar.xz' firefox-esr_140.12.0esr-1.debian.tar.xz 10 SHA256:cc",
  ].join('\n');

  it('finds the one with the sources', () => {
    expect(parseTarball(printed)).toEqual({
      uri: 'http://m/f/firefox-esr_140.12.0esr.orig.tar.xz',
      name: 'firefox-esr_140.12.0esr.orig.tar.xz',
      hash: 'SHA256:bb',
    });
  });

  it('finds none in nothing', () => {
    expect(parseTarball('')).toBeNull();
  });
});
