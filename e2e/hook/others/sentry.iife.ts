/** Sentry's browser SDK: replaces EventTarget's methods, timers, fetch, XMLHttpRequest and the console. Sends nothing. */
import { init } from '@sentry/browser';

init({ dsn: 'http://public@127.0.0.1:9/1', beforeSend: () => null, sendClientReports: false });
