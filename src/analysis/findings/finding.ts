/**
 * What a rule says: what probably happened, how sure it is, from which evidence, what speaks against it, what to check next
 * and what to change. Pure data; every text is plain text and may hold what a page said.
 */

/** Whose doing it is: the four families of causes, and the honest fifth. */
export type CauseFamily = 'network' | 'client' | 'server' | 'infrastructure' | 'unknown';

/** `note`: worth knowing; a healthy session may have some. `warning`: will hurt. `problem`: has hurt. */
export type Severity = 'note' | 'warning' | 'problem';

export type Sureness = 'low' | 'medium' | 'high';

/** What a statement rests on. All of it can be clicked. */
export type Evidence = { readonly says: string } & (
  | { readonly kind: 'connection'; readonly connectionId: string }
  | { readonly kind: 'frame'; readonly connectionId: string; readonly seq: number }
  | { readonly kind: 'handshake'; readonly handshakeId: string; readonly connectionId: string | null }
  | { readonly kind: 'probe'; readonly probeId: string; readonly connectionId: string }
  | { readonly kind: 'context'; readonly contextId: number | null; readonly atMs: number }
);

/** One explanation, and how to tell it from the others. */
export interface Candidate {
  /** Stable name, e.g. `idle-cut`, `server-crash`; what the cause lab expects. */
  readonly cause: string;
  readonly title: string;
  readonly family: CauseFamily;
  /** The check that would separate it from its neighbours. */
  readonly check: string;
}

export interface Advice {
  /** What to change, in a sentence with this recording's numbers. */
  readonly text: string;
  /** Lines to paste, and of what they are: 'nginx', 'HAProxy', 'client (JavaScript)' … */
  readonly lines?: { readonly of: string; readonly text: string };
}

export interface Finding {
  /** Stable within an analysis: rule and what it is about. */
  readonly findingId: string;
  /** Name of the rule in the table. */
  readonly rule: string;
  /** Whether it says why connections ended; others tell of habits that go with it. */
  readonly explains: boolean;
  readonly title: string;
  /** What it means, in one or two sentences. */
  readonly meaning: string;
  readonly severity: Severity;
  readonly sureness: Sureness;
  /** From how many samples, how even: why so sure. */
  readonly because: string;
  /** The likeliest first. One alone only where the evidence tells it from all others. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** What it is about: the connections that carry its badge. */
  readonly connectionIds: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly against: readonly Evidence[];
  readonly nextCheck: string;
  readonly advice: readonly Advice[];
  /** The span on the timeline; null: the whole recording. */
  readonly span: { readonly fromMs: number; readonly toMs: number } | null;
}
