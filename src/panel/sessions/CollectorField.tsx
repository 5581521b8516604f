/** Sends a session's connections to an OpenTelemetry collector; what waits, and why, is said. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { SessionRecord } from '../../protocol/records.ts';
import { readCollectorUrl } from '../../report/otlp/collector.ts';
import { createOtlpSender, type OtlpSender, type OtlpSenderState } from '../../report/otlp/otlp-sender.ts';
import type { OtlpTraces } from '../../report/otlp/spans.ts';
import type { Redaction } from '../file-worker/messages.ts';
import { usePanel } from '../views/use-panel.ts';
import { COLLECTOR, EXPORT } from '../words-sessions.ts';
import { createOtlpQueue } from './otlp-queue.ts';
import { useJob } from './use-job.ts';

const ADDRESS = 'collector';

export interface CollectorFieldProps {
  readonly session: SessionRecord;
  readonly redaction: Redaction;
}

export function CollectorField({ session, redaction }: CollectorFieldProps) {
  const panel = usePanel();
  const id = useId();
  const [address, setAddress] = useState(() => panel.preferences.value(ADDRESS, asText));
  const [problem, setProblem] = useState('');
  const [state, setState] = useState<OtlpSenderState | null>(null);
  const sender = useRef<{ readonly url: string; readonly it: OtlpSender } | null>(null);
  const job = useJob();
  useEffect(() => {
    void resume();
    return () => sender.current?.it.stop();
  }, []);

  function senderTo(url: string): OtlpSender {
    if (sender.current?.url === url) return sender.current.it;
    sender.current?.it.stop();
    const it = createOtlpSender({
      url,
      fetch: (to, init) => fetch(to, init),
      queue: createOtlpQueue(panel.storage, () => crypto.randomUUID()),
      nowMs: () => Date.now(),
      wait,
      random: Math.random,
      onState: setState,
    });
    sender.current = { url, it };
    return it;
  }

  /** What was sent before and has not arrived goes on by itself when the dialog is opened again. */
  async function resume(): Promise<void> {
    const { url } = readCollectorUrl(address.trim());
    if (url === null || (await createOtlpQueue(panel.storage, () => '').count()) === 0) return;
    senderTo(url).retry();
  }

  function send(): void {
    const read = readCollectorUrl(address.trim());
    setProblem(read.problem ?? '');
    if (read.url === null) return;
    const { url } = read;
    panel.preferences.set(ADDRESS, address.trim());
    const { sessionId } = session;
    const { version } = panel;
    const budgets = panel.verdict.budgets.peek();
    const nowMs = panel.nowMs();
    job.start({ kind: 'export', sessionId, redaction, format: 'otlp', budgets, version, nowMs }, (news) => {
      if (news.kind === 'failed') setProblem(EXPORT.failed(news.problem));
      if (news.kind !== 'exported') return;
      news.content
        .text()
        .then((body) => senderTo(url).send(JSON.parse(body) as OtlpTraces))
        .then(() => sender.current?.it.retry())
        .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
    });
  }

  return (
    <div class="settings-field">
      <label for={id}>{COLLECTOR.label}</label>
      <span class="settings-value">
        <input
          id={id}
          name="collector"
          type="url"
          class="settings-input settings-text"
          placeholder="http://localhost:4318"
          value={address}
          aria-describedby={`${id}-hint`}
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
        <button type="button" class="button" onClick={send}>
          {COLLECTOR.send}
        </button>
      </span>
      <span class="settings-problem" role="alert">
        {problem}
      </span>
      <output class="settings-hint" aria-live="polite">
        {state && textOf(state)}
      </output>
      <span id={`${id}-hint`} class="settings-hint faint">
        {COLLECTOR.hint}
      </span>
    </div>
  );
}

function textOf(state: OtlpSenderState): string {
  switch (state.kind) {
    case 'idle':
      return COLLECTOR.idle(state.sent);
    case 'sending':
      return COLLECTOR.sending(state.waiting);
    default:
      return COLLECTOR[state.kind](state.waiting, state.problem);
  }
}

function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function asText(stored: unknown): string {
  return typeof stored === 'string' ? stored : '';
}
