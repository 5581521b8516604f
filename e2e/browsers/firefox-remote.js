// @ts-nocheck - Firefox's privileged globals (Services, ChromeUtils, Ci …) have no published types.
/**
 * The part of the Firefox driver that runs inside Firefox, with the rights of the browser itself. `firefox.ts` reads
 * this file as text, evaluates it once in a Marionette sandbox, behind the `WAIT_TIMEOUT_MS` of wait.ts, and then calls
 * `socketscopeDriver(name, args)`.
 *
 * A target names a realm: `{ tab }`, `{ panel }` (both hold the tab's browserId, which outlives navigations and process
 * switches) or `{ background: true }`.
 */
(() => {
  const { require } = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = require('devtools/client/framework/devtools');
  const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
  const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
  const { clearTimeout, setTimeout } = ChromeUtils.importESModule('resource://gre/modules/Timer.sys.mjs');

  const POLL_INTERVAL_MS = 40;
  const EVALUATION_TIMEOUT_MS = 170000;
  const PANEL_TITLE = 'Socketscope';

  const window = Services.wm.getMostRecentWindow('navigator:browser');
  const { gBrowser } = window;
  let addonId = null;

  // ---- waiting ----

  async function waitUntil(what, probe) {
    const deadline = Date.now() + WAIT_TIMEOUT_MS;
    for (;;) {
      const value = await probe();
      if (value) {
        return value;
      }
      if (Date.now() > deadline) {
        throw new Error(`Waited ${WAIT_TIMEOUT_MS} ms in vain: ${what}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
  }

  // ---- what pages say on their consoles ----

  /** Console lines that the driver has not fetched yet: `[browserId, line]`. */
  const unreadLines = [];

  Services.ppmm.addMessageListener('Socketscope:Console', ({ data }) => unreadLines.push([data.browserId, data.line]));
  // Observers in the parent process are not told of console calls in content processes, so each process gets its own.
  // Its messages and those of the window actors that carry our evaluations share a channel: their order is kept.
  Services.ppmm.loadProcessScript(`data:application/javascript,(${encodeURIComponent(watchConsole)})()`, true);

  /** Runs in every content process. */
  function watchConsole() {
    const LEVELS = { warn: 'warning' };

    function report(innerWindowId, line) {
      const browserId = WindowGlobalChild.getByInnerWindowId(innerWindowId)?.browsingContext?.browserId;
      if (browserId) {
        Services.cpmm.sendAsyncMessage('Socketscope:Console', { browserId, line });
      }
    }

    function asText(value) {
      if (typeof value !== 'object' || value === null) {
        return String(value);
      }
      try {
        return Error.isError(value) ? `${value.name}: ${value.message}` : JSON.stringify(value);
      } catch {
        return Object.prototype.toString.call(value);
      }
    }

    Cc['@mozilla.org/consoleAPI-storage;1']
      .getService(Ci.nsIConsoleAPIStorage)
      .addLogEventListener(({ level, innerID, arguments: values }) => {
        report(innerID, `${LEVELS[level] ?? level}: ${Array.from(values, asText).join(' ')}`);
      }, Services.scriptSecurityManager.getSystemPrincipal());

    Services.console.registerListener((message) => {
      if (message instanceof Ci.nsIScriptError && message.innerWindowID) {
        const level = message.flags & Ci.nsIScriptError.warningFlag ? 'warning' : 'error';
        report(message.innerWindowID, `${level}: ${message.errorMessage}`);
      }
    });
  }

  // ---- tabs ----

  function tabOf(browserId) {
    const tab = gBrowser.tabs.find(({ linkedBrowser }) => linkedBrowser.browserId === browserId);
    if (!tab) {
      throw new Error('This tab is closed.');
    }
    return tab;
  }

  /** Progress listeners are held weakly by Firefox. */
  const progressListeners = new Set();

  /** Calls `start`, which begins a load of the URI in the browser, and waits for the end of that load. */
  function load(browser, uri, start) {
    return new Promise((resolve, reject) => {
      const { STATE_START, STATE_STOP, STATE_IS_NETWORK } = Ci.nsIWebProgressListener;
      const { LOCATION_CHANGE_ERROR_PAGE } = Ci.nsIWebProgressListener;
      let started = false;
      const listener = {
        QueryInterface: ChromeUtils.generateQI(['nsIWebProgressListener', 'nsISupportsWeakReference']),
        onStateChange(progress, _request, flags, status) {
          if (!progress.isTopLevel || !(flags & STATE_IS_NETWORK)) {
            return;
          }
          if (flags & STATE_START) {
            started = true;
          } else if (flags & STATE_STOP && started && !endsFirstDocument(status)) {
            finish(status);
          }
        },
        onLocationChange(progress, _request, location, flags) {
          if (!progress.isTopLevel || !location.equals(uri)) {
            return;
          }
          // The document is the new one; whoever called waits until it is complete. Network states would tell that as
          // well, but on a busy machine none of them may come. What may not even be tried (a blocked port) has none.
          finish(flags & LOCATION_CHANGE_ERROR_PAGE ? Cr.NS_ERROR_FAILURE : Cr.NS_OK);
        },
      };
      /** The empty document of a new tab may end its own load after the start of ours: done, or aborted. */
      function endsFirstDocument(status) {
        const isDone = Components.isSuccessCode(status) && browser.currentURI.spec === 'about:blank';
        return status === Cr.NS_BINDING_ABORTED || (isDone && uri.spec !== 'about:blank');
      }
      const timer = setTimeout(() => finish(Cr.NS_ERROR_NET_TIMEOUT), WAIT_TIMEOUT_MS);
      function finish(status) {
        clearTimeout(timer);
        browser.removeProgressListener(listener);
        progressListeners.delete(listener);
        if (Components.isSuccessCode(status)) {
          resolve();
        } else {
          reject(new Error(`${ChromeUtils.getXPCOMErrorName(status)} at ${uri.spec}`));
        }
      }
      progressListeners.add(listener);
      browser.addProgressListener(listener, Ci.nsIWebProgress.NOTIFY_STATE_NETWORK | Ci.nsIWebProgress.NOTIFY_LOCATION);
      start();
    });
  }

  // ---- realms ----

  function extension() {
    const found = addonId && WebExtensionPolicy.getByID(addonId)?.extension;
    if (!found) {
      throw new Error('The browser was launched without the extension.');
    }
    return found;
  }

  function browserOf(target) {
    if (target.background) {
      const view = [...extension().views].find(({ viewType }) => viewType === 'background');
      return view?.xulBrowser ?? null;
    }
    return target.panel ? browserOfPanel(target.panel) : tabOf(target.tab).linkedBrowser;
  }

  function panelTool(toolbox) {
    return toolbox.getAdditionalTools().find((tool) => tool.extensionId === addonId && tool.label === PANEL_TITLE);
  }

  function browserOfPanel(browserId) {
    const toolbox = gDevTools.getToolboxForTab(tabOf(browserId));
    const tool = toolbox && panelTool(toolbox);
    const frame = tool && toolbox.doc.getElementById(`toolbox-panel-iframe-${tool.id}`);
    return frame?.contentDocument?.querySelector('browser') ?? null;
  }

  /** The actor by which Marionette itself runs scripts in a realm; null while its document is being replaced. */
  function scriptActor(target) {
    try {
      return browserOf(target)?.browsingContext?.currentWindowGlobal?.getActor('MarionetteCommands') ?? null;
    } catch (error) {
      if (error.name === 'InvalidStateError') {
        return null;
      }
      throw error;
    }
  }

  /**
   * Runs in the process of the realm. The page's own global is reached with the debugger, as the DevTools console does:
   * a sandbox would have globals and built-ins of its own, and `eval` or a script element would obey the page's
   * Content-Security-Policy. Gives a promise instead of calling Marionette's callback, which all scripts that run at the
   * same time in one sandbox would share.
   */
  const EVALUATE = `
    const [source] = arguments;
    return (async () => {
      if (!globalThis.socketscopeDebugger) {
        ChromeUtils.importESModule('resource://gre/modules/jsdebugger.sys.mjs').addDebuggerToGlobal(globalThis);
        globalThis.socketscopeDebugger = new Debugger();
      }
      const completion = socketscopeDebugger.makeGlobalObjectReference(window).executeInGlobal(source);
      if (!completion || !completion.return) {
        const thrown = completion && completion.throw;
        throw new Error(String(thrown && thrown.unsafeDereference ? thrown.unsafeDereference() : thrown));
      }
      return completion.return.unsafeDereference();
    })().then((value) => ({ value }), (error) => ({ error: String(error) }));
  `;

  async function evaluate(target, source) {
    const actor = await waitUntil('a document to evaluate in', () => scriptActor(target));
    const outcome = await actor.sendQuery('MarionetteCommandsParent:executeScript', {
      script: EVALUATE,
      args: [source],
      opts: { async: false, timeout: EVALUATION_TIMEOUT_MS, sandboxName: 'system', newSandbox: false },
    });
    if (outcome.error) {
      throw new Error(outcome.error);
    }
    return outcome.value;
  }

  /**
   * Whether the document is complete, asked from a sandbox that sees its own and not what a page has made of it: a page
   * may count who looks.
   */
  async function isLoaded(target) {
    const outcome = await scriptActor(target)?.sendQuery('MarionetteCommandsParent:executeScript', {
      script: `return { value: document.readyState === 'complete' };`,
      args: [],
      opts: { async: false, timeout: EVALUATION_TIMEOUT_MS, sandboxName: 'system', newSandbox: false },
    });
    return outcome?.value === true;
  }

  /** Gives the tab and in it the panel or the page the focus, so that keys and clicks go there. */
  function focus(target) {
    gBrowser.selectedTab = tabOf(target.panel ?? target.tab);
    window.focus();
    browserOf(target).focus();
  }

  /**
   * Where a point of the realm's viewport is in the browser window, in CSS pixels. Null while something else is there: a
   * tab that is selected is shown a moment later, and until then clicks would go to the one before.
   */
  function pointInWindow(target, point) {
    let { x, y } = point;
    for (let element = browserOf(target); element; ) {
      const rect = element.getBoundingClientRect();
      x += rect.left + element.clientLeft;
      y += rect.top + element.clientTop;
      if (element.ownerDocument.elementFromPoint(x, y) !== element) {
        return null;
      }
      element = element.ownerDocument.defaultView.browsingContext.embedderElement;
    }
    return { x, y };
  }

  /** PNG of the realm's viewport, base64. */
  async function snapshot(target) {
    const actor = await waitUntil('a document to picture', () => scriptActor(target));
    const bitmap = await actor.manager.drawSnapshot(null, 1, 'white');
    const canvas = window.document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas');
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    bitmap.close();
    return canvas.toDataURL('image/png').split(',')[1];
  }

  // ---- DevTools ----

  async function openPanel(browserId, theme, heightPx) {
    extension();
    Services.prefs.setStringPref('devtools.theme', theme);
    Services.prefs.setIntPref('devtools.toolbox.footer.height', heightPx);
    const tab = tabOf(browserId);
    gBrowser.selectedTab = tab;
    await gDevTools.getToolboxForTab(tab)?.destroy();
    const toolbox = await gDevTools.showToolboxForTab(tab, { toolId: 'webconsole', hostType: 'bottom' });
    // The toolbox is ready before the extension's DevTools page has run.
    const tool = await waitUntil('the panel in the toolbox', () => panelTool(toolbox));
    await toolbox.selectTool(tool.id);
    // First the browser element shows about:blank, then it switches to the process of extensions.
    await waitUntil('the document of the panel', () => {
      const browser = browserOfPanel(browserId);
      return browser?.remoteType === 'extension' && browser.currentURI.scheme === 'moz-extension';
    });
  }

  // ---- the extension ----

  async function extensionStarted() {
    const policy = await waitUntil('the extension', () => WebExtensionPolicy.getByID(addonId));
    await policy.readyPromise;
    await waitUntil('the background of the extension', () => policy.extension.backgroundState === 'running');
    return `moz-extension://${policy.mozExtensionHostname}`;
  }

  async function startBackground() {
    const { backgroundState } = extension();
    if (backgroundState === 'stopped' || backgroundState === 'suspending') {
      await extension().wakeupBackground();
    }
    await waitUntil('the background of the extension', () => extension().backgroundState === 'running');
  }

  const commands = {
    async newTab(reuseFirst) {
      const tab = reuseFirst
        ? gBrowser.tabs[0]
        : gBrowser.addTab('about:blank', { triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() });
      gBrowser.selectedTab = tab;
      return tab.linkedBrowser.browserId;
    },
    async goto(browserId, url) {
      const browser = tabOf(browserId).linkedBrowser;
      const uri = Services.io.newURI(url);
      const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
      await load(browser, uri, () => browser.loadURI(uri, { triggeringPrincipal }));
    },
    async reload(browserId) {
      const browser = tabOf(browserId).linkedBrowser;
      await load(browser, browser.currentURI, () => browser.reload());
    },
    async loaded(browserId) {
      // A document that is just being replaced cannot answer.
      await waitUntil('the document to be complete', () => isLoaded({ tab: browserId }).catch(() => false));
    },
    async closeTab(browserId) {
      // Closing the last tab would close the window.
      if (gBrowser.tabs.length === 1) {
        await commands.newTab(false);
      }
      gBrowser.removeTab(tabOf(browserId), { animate: false });
    },
    async extensionTabId(browserId) {
      extension();
      return ExtensionParent.apiManager.global.tabTracker.getId(tabOf(browserId));
    },
    evaluate,
    async focus(target) {
      focus(target);
    },
    async pointInWindow(target, point) {
      return pointInWindow(target, point);
    },
    async resize(browserId, widthPx, heightPx) {
      const { style } = tabOf(browserId).linkedBrowser;
      Object.assign(style, { flex: 'none', width: `${widthPx}px`, height: `${heightPx}px` });
    },
    snapshot,
    openPanel,
    async closeDevtools(browserId) {
      await gDevTools.getToolboxForTab(tabOf(browserId))?.destroy();
    },
    async useExtension(id) {
      addonId = id;
      return extensionStarted();
    },
    async reloadExtension() {
      const addon = await AddonManager.getAddonByID(extension().id);
      await addon.reload();
      await extensionStarted();
    },
    startBackground,
    async killBackground() {
      await waitUntil('the start of the background', () => extension().backgroundState !== 'starting');
      await extension().terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true });
    },

    async setOffline(on) {
      Services.io.offline = on;
    },
  };

  /** Runs a command. Never rejects; tells also what pages have said on their consoles since the last call. */
  globalThis.socketscopeDriver = async (name, args) => {
    const outcome = await commands[name](...args).then(
      (value) => ({ value }),
      (error) => ({ error: String(error?.message ?? error) }),
    );
    return { ...outcome, lines: unreadLines.splice(0) };
  };
})();
