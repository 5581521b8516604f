/** With what sessions are recorded: browser, operating system, extension, language, kind of network. */
import browser from 'webextension-polyfill';

export interface BrowserEnvironment {
  readonly browser: { readonly name: string; readonly version: string } | null;
  readonly os: string | null;
  readonly extensionVersion: string | null;
  readonly networkType: string | null;
  readonly language: string | null;
}

/** https://wicg.github.io/ua-client-hints/: Chromium alone. */
interface UserAgentData {
  readonly brands: readonly Brand[];
  getHighEntropyValues(hints: readonly string[]): Promise<{ readonly fullVersionList?: readonly Brand[] }>;
}
interface Brand {
  readonly brand: string;
  readonly version: string;
}

interface ChromiumNavigator {
  readonly userAgentData?: UserAgentData;
  /** https://wicg.github.io/netinfo/: Chromium alone. */
  readonly connection?: { readonly type?: string; readonly effectiveType?: string };
}

/** Never rejects: what cannot be found out is null. */
export async function browserEnvironment(): Promise<BrowserEnvironment> {
  const { userAgentData, connection } = navigator as ChromiumNavigator;
  const [found, platform] = await Promise.all([
    orNull(userAgentData ? chromium(userAgentData) : firefox()),
    orNull(browser.runtime.getPlatformInfo()),
  ]);
  return {
    browser: found,
    os: platform && `${platform.os} ${platform.arch}`,
    extensionVersion: browser.runtime.getManifest().version,
    networkType: connection?.type ?? connection?.effectiveType ?? null,
    language: navigator.language || null,
  };
}

async function firefox(): Promise<BrowserEnvironment['browser']> {
  const { name, version } = await browser.runtime.getBrowserInfo();
  return { name, version };
}

/** Browsers made of Chromium list several brands: one invented, one that is Chromium, and their own. */
async function chromium(data: UserAgentData): Promise<BrowserEnvironment['browser']> {
  const { fullVersionList = data.brands } = await data.getHighEntropyValues(['fullVersionList']);
  const real = fullVersionList.filter(({ brand }) => !/^nota?brand$/i.test(brand.replace(/[^a-z]/gi, '')));
  const own = real.find(({ brand }) => brand !== 'Chromium') ?? real[0];
  return own ? { name: own.brand, version: own.version } : null;
}

function orNull<Value>(found: Promise<Value>): Promise<Value | null> {
  return found.catch(() => null);
}
