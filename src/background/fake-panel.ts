/** A panel of the fake browser: asks what it is told to ask, and remembers what it was told. */
import { PANEL_PORT, type PanelRequest, type PanelUpdate } from '../protocol/panel-link.ts';
import type { FakeBrowser } from './fake-browser.ts';

const PANEL_SENDER = { tabId: null, frameId: null, isExtensionPage: true };

export interface FakePanel {
  readonly updates: PanelUpdate[];
  isConnected: boolean;
  ask(request: PanelRequest): Promise<void>;
  close(): Promise<void>;
  /** The latest session that it was told; '' before it was told one. */
  sessionId(): string;
  latest<Kind extends PanelUpdate['kind']>(kind: Kind): Extract<PanelUpdate, { kind: Kind }> | undefined;
}

/** Opens a panel and attaches it to a tab. */
export async function openFakePanel(
  browser: FakeBrowser,
  tabId: number | null,
  sessionId: string | null = null,
): Promise<FakePanel> {
  const updates: PanelUpdate[] = [];
  const port = browser.connect(
    PANEL_PORT,
    PANEL_SENDER,
    (message) => updates.push(message as PanelUpdate),
    () => {
      panel.isConnected = false;
    },
  );
  const panel: FakePanel = {
    updates,
    isConnected: true,
    ask: async (request) => {
      port.post(request);
      await browser.settle();
    },
    close: async () => {
      port.disconnect();
      await browser.settle();
    },
    sessionId: () => panel.latest('attached')?.sessionId ?? '',
    latest: <Kind extends PanelUpdate['kind']>(kind: Kind) =>
      updates.findLast((update): update is Extract<PanelUpdate, { kind: Kind }> => update.kind === kind),
  };
  await panel.ask({ kind: 'attach', tabId, sessionId });
  return panel;
}
