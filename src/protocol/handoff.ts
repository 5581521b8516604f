/**
 * How the page's world and the content script of one document find each other, and the names of what they then say.
 *
 *     MAIN (page script)                              ISOLATED (content script, runs first)
 *        |                                               |  listens on window for HANDOFF_EVENT
 *        | MessageEvent(HANDOFF_EVENT, ports: [port])    |
 *        |---------------------------------------------->|  keeps the port, stops the event, stops listening
 *        |                                               |
 *        | MessageEvent(PAGE_MESSAGE, data: PageMessage) on that port: synchronous
 *        |---------------------------------------------->|
 *        | MessageEvent(PAGE_COMMAND, data: JSON text of a PageCommand) on that port: synchronous
 *        |<----------------------------------------------|
 *
 * The port carries no posted messages: it is an EventTarget that both worlds hold and that no page script can reach.
 * docs/decisions/0003-page-to-content-channel.md has the measurements.
 */

/** Dispatched on `window` once, at document_start, before any script of the page runs. */
export const HANDOFF_EVENT = 'socketscope-handoff';
/** Dispatched on the port by the page script. */
export const PAGE_MESSAGE = 'page-message';
/** Dispatched on the port by the content script. A string: Firefox lets a page read nothing else of an isolated world. */
export const PAGE_COMMAND = 'page-command';
