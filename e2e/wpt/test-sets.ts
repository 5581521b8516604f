/** Which tests of the tree are run: data only. */

export const SET_NAMES = ['websockets', 'related'] as const;
export type SetName = (typeof SET_NAMES)[number];

/** A file or folder of the tree. */
export interface TestPath {
  readonly path: string;
  /** Of the tests below `path`, those whose URL matches. Default: all. */
  readonly only?: RegExp;
}

export const TEST_SETS: Readonly<Record<SetName, readonly TestPath[]>> = {
  websockets: [{ path: 'websockets' }],
  /** Tests elsewhere in the tree that construct a WebSocket in a window, or look at the interface's shape. */
  related: [
    { path: 'html/webappapis/dynamic-markup-insertion/opening-the-input-stream/abort.sub.window.js' },
    { path: 'html/cross-origin-embedder-policy/credentialless/websocket.https.window.js' },
    { path: 'html/document-isolation-policy/credentialless-websocket.https.tentative.window.js' },
    { path: 'html/infrastructure/urls/resolving-urls/query-encoding', only: /include=websocket/ },
    { path: 'html/dom/idlharness.https.html' },
    { path: 'infrastructure/server/wpt-server-websocket.sub.html' },
    { path: 'infrastructure/server/http2-websocket.sub.h2.any.js' },
    { path: 'service-workers/service-worker/websocket.https.html' },
    { path: 'cookies/secure/set-from-wss.https.sub.html' },
    { path: 'cookies/secure/set-from-ws.sub.html' },
    { path: 'cookies/schemeful-same-site/schemeful-websockets.sub.tentative.html' },
    { path: 'content-security-policy/connect-src/connect-src-websocket-allowed.sub.html' },
    { path: 'content-security-policy/connect-src/connect-src-websocket-self.sub.html' },
    { path: 'content-security-policy/connect-src/connect-src-websocket-blocked.sub.html' },
    { path: 'content-security-policy/inside-worker' },
    { path: 'content-security-policy/securitypolicyviolation/blockeduri-ws-wss-scheme.html' },
    { path: 'mixed-content/gen/top.meta/opt-in/websocket.https.html' },
    { path: 'mixed-content/gen/top.meta/unset/websocket.https.html' },
    { path: 'mixed-content/gen/top.http-rp/opt-in/websocket.https.html' },
    { path: 'upgrade-insecure-requests/gen/top.meta/upgrade/websocket.https.html' },
    { path: 'upgrade-insecure-requests/gen/top.meta/unset/websocket.https.html' },
    { path: 'upgrade-insecure-requests/gen/top.http-rp/upgrade/websocket.https.html' },
    { path: 'performance-timeline/not-restored-reasons' },
    { path: 'storage-access-api/requestStorageAccess-web-socket.sub.https.window.js' },
    { path: 'webrtc/RTCDataChannel-send.html' },
    { path: 'fetch/private-network-access/websocket.tentative.window.js' },
    { path: 'fetch/private-network-access/websocket.tentative.https.window.js' },
    { path: 'workers/constructors/SharedWorker/interface-objects.html' },
  ],
};
