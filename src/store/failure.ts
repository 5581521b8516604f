/** What can go wrong with the database, in the few kinds that a user can do something about. */
import type { StoreFailureKind } from '../protocol/panel-link.ts';

export interface StoreFailure {
  readonly failure: StoreFailureKind;
  /** For people who report a bug: the browser's own words. */
  readonly detail: string;
}

/** Names of DOMExceptions: https://w3c.github.io/IndexedDB/#exceptions. What is not listed is `broken`. */
const KINDS: Readonly<Record<string, StoreFailureKind>> = {
  VersionError: 'newer',
  QuotaExceededError: 'full',
  BlockedError: 'blocked', // ours, see open.ts
};

/** Any error out of this folder as a failure. */
export function storeFailureOf(error: unknown): StoreFailure {
  if (!(error instanceof Error || error instanceof DOMException)) return { failure: 'broken', detail: String(error) };
  return { failure: KINDS[error.name] ?? 'broken', detail: `${error.name}: ${error.message}` };
}

/** True when the connection to the database was closed under us (an upgrade elsewhere, the browser's own reasons). */
export function isClosedConnection(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'InvalidStateError';
}
