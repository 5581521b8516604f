/**
 * Every bound of the path from the page to the store. A value beyond a bound is cut or refused and counted, never
 * passed on: each hop can be flooded by the one before it.
 */

/** Bytes kept of one frame's payload; its size is always recorded truly. */
export const KEPT_PAYLOAD_BYTES = 1024 * 1024;

/** What a document remembers before (and while) it is recorded. */
export const RING_FRAMES = 2_000;
export const RING_PAYLOAD_BYTES = 4 * 1024 * 1024;
/** Closed connections that a document still knows, so that a panel opened late can show them. Open ones always stay. */
export const RING_CLOSED_CONNECTIONS = 200;

/** A batch leaves the page when it reaches one of these. */
export const BATCH_FRAMES = 1_024;
export const BATCH_PAYLOAD_BYTES = 1024 * 1024;
export const BATCH_DELAY_MS = 50;

/** What the parsers accept from a page, generously above what our own page script produces. */
export const MAX_REPORTS_PER_MESSAGE = 8_192;
export const MAX_FRAMES_PER_REPORT = 2_048;
export const MAX_COLUMN_PAYLOAD_BYTES = 8 * 1024 * 1024;
export const MAX_CONNECTIONS_PER_DOCUMENT = 1_000_000;
export const MAX_URL_CHARS = 16_384;
export const MAX_PROTOCOLS = 64;
export const MAX_PROTOCOL_CHARS = 256;
export const MAX_EXTENSIONS_CHARS = 1_024;
/** RFC 6455 section 5.5: a control frame carries at most 125 bytes, two of them the code. */
export const MAX_REASON_CHARS = 123;
export const MAX_REASON_BYTES = 123;

/** What the content script keeps of what the background has not acknowledged. Over it, payloads and then frames become a gap. */
export const UNACKNOWLEDGED_BYTES = 32 * 1024 * 1024;
/** What of it may be under way at once, as numbered batches; the rest waits, and only what waits can become a gap. */
export const IN_FLIGHT_BYTES = 8 * 1024 * 1024;
export const IN_FLIGHT_BATCHES = 64;
/** Users are told that something is held back when it is this much; a moment's worth is nobody's concern. */
export const PRESSURE_BYTES = 256 * 1024;
/** What a document that ends may leave in the extension's local storage, where frames are only counted. */
export const MAX_LAST_BATCHES = 256;
export const MAX_LAST_REPORTS = 4_096;
/** The most that the content script puts into one batch, unless a single report is larger. */
export const RELAYED_BATCH_BYTES = 1024 * 1024;
/** Gaps that a connection lists one by one; further ones are only counted. */
export const MAX_GAPS_PER_CONNECTION = 1_000;

/** A stored chunk is closed when it reaches one of these. */
export const CHUNK_FRAMES = 256;
export const CHUNK_PAYLOAD_BYTES = 256 * 1024;
/** A stored chunk with more payload than this takes no further frames: to write it anew for each of them would cost too much. */
export const REWRITTEN_PAYLOAD_BYTES = 16 * 1024;

/** Ended sessions are kept until one of these is exceeded; the oldest goes first, never a pinned one. */
export const RETENTION_BYTES = 1024 * 1024 * 1024;
export const RETENTION_AGE_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * What one session may take, so that no page can fill the disk or displace all other recordings: beyond the first,
 * payloads are left out; beyond the second, frames are only counted and new connections refused.
 */
export const SESSION_PAYLOADS_BYTES = RETENTION_BYTES / 2;
/** So much more than that, as a share, frames without payloads may take. */
export const SESSION_FRAMES_SHARE = 1 / 4;
export const SESSION_BYTES = SESSION_PAYLOADS_BYTES * (1 + SESSION_FRAMES_SHARE);

/** What people write about sessions, UTF-16 units; beyond it, it is cut. */
export const MAX_NAME_CHARS = 512;
export const MAX_NOTES_CHARS = 64 * 1024;
export const MAX_MARK_CHARS = 4_096;
/** For so long a deleted session can be restored. */
export const RESTORABLE_MS = 5 * 60 * 1000;

/** A command that the page has not answered by then counts as unanswered. */
export const COMMAND_TIMEOUT_MS = 2_000;

/** Handshakes of one tab that are remembered in order to find out whom they belong to; further ones are only counted. */
export const MAX_HANDSHAKES_PER_TAB = 2_000;
/** All their URLs together. What is remembered has to fit into the browser's session storage: 10 MB for all tabs. */
export const MAX_HANDSHAKE_CHARS_PER_TAB = 1_000_000;

/** Faults that may hold in one document at once; further ones are refused. */
export const MAX_FAULTS = 64;
export const MAX_FAULT_ID_CHARS = 64;
/** The longest time in a fault: a day. */
export const MAX_FAULT_MS = 24 * 60 * 60 * 1000;
export const MAX_FAULT_TIMES = 1_000_000;
export const MAX_FAULT_PAYLOAD_CHARS = 1024 * 1024;
/** Text or regular expression to look for. */
export const MAX_MATCH_CHARS = 1_024;
/** Frames that faults keep back in one document, for a delay or for the user; beyond it, the oldest pass. */
export const MAX_HELD_FRAMES = 4_096;
/** Reports of faults on one connection; further ones are only counted, in the last of each fault, which is always told. */
export const MAX_FAULT_REPORTS_PER_CONNECTION = 200;
/** Faults that a connection's row lists; of more, the newest. */
export const MAX_FAULTS_LISTED = 64;
/** Frames that wait for the user's word and are listed with their connection; others go on when the fault is over. */
export const MAX_HELD_LISTED = 32;
/** What is reported of the content of a frame that is held, in UTF-16 units or bytes. */
export const MAX_HELD_PREVIEW = 16 * 1024;

/** What a content script tells of its document's surroundings: in one batch, before it is recorded, and of one detail. */
export const MAX_SURROUNDINGS_PER_BATCH = 500;
export const SURROUNDINGS_REMEMBERED = 64;
export const MAX_SURROUNDING_CHARS = 256;

/** What is told of a page's own acts around one connection. */
export const MAX_BUFFERED_SAMPLES = 64;
export const MAX_STACK_CHARS = 4_096;
export const MAX_ERROR_TEXT_CHARS = 300;
