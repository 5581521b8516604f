/** One finding, all of it: what it means, from which evidence, what speaks against it, what to check and to change. */
import { useState } from 'preact/hooks';
import type { Advice, Candidate, Evidence, Finding } from '../../analysis/findings/finding.ts';
import { findingMarkdown } from '../../analysis/findings/finding-markdown.ts';
import { SEVERITIES } from '../../analysis/findings/words.ts';
import { familyOf } from '../models/families.ts';
import { FINDINGS, SURENESSES } from '../words-findings.ts';
import { CopyButton } from './CopyButton.tsx';
import { EndpointAnswer } from './EndpointAnswer.tsx';
import { FamilyTag } from './FamilyTag.tsx';
import { Icon } from './Icon.tsx';
import { Prose } from './Prose.tsx';
import { SeverityMark } from './SeverityMark.tsx';
import { usePanel } from './use-panel.ts';

/** Before one asks for the rest. */
const MAX_EVIDENCE = 12;

export function FindingDetail({ finding }: { readonly finding: Finding }) {
  const { timeline, selectFinding } = usePanel();
  const { title, severity, sureness, meaning, because, candidates, evidence, against, nextCheck, advice, span } =
    finding;
  return (
    <article class="finding" aria-label={FINDINGS.detail}>
      <header class="finding-head">
        <SeverityMark severity={severity} />
        <h2>{title}</h2>
        <span class="finding-tools">
          <CopyButton text={() => findingMarkdown(finding)} isDisabled={false} label={FINDINGS.copy} />
          <button
            type="button"
            class="tool"
            aria-label={FINDINGS.close}
            title={FINDINGS.close}
            onClick={() => selectFinding(null)}
          >
            <Icon name="close" />
          </button>
        </span>
      </header>
      <div class="finding-body">
        <p class="finding-facts">
          <b class={`severity-${severity}`}>{SEVERITIES[severity]}</b>
          <span>{SURENESSES[sureness]}</span>
          <FamilyTag {...familyOf(finding)} />
          {span && (
            <button type="button" class="link" onClick={() => timeline.reveal(span)}>
              {FINDINGS.onTimeline}
            </button>
          )}
        </p>
        <p class="finding-meaning">{meaning}</p>
        <p class="faint">
          {FINDINGS.because}: {because}
        </p>
        <Candidates candidates={candidates} />
        <EvidenceList head={FINDINGS.evidence} evidence={evidence} />
        <EndpointAnswer finding={finding} />
        <EvidenceList head={FINDINGS.against} evidence={against} />
        {nextCheck !== '' && (
          <section>
            <h3>{FINDINGS.nextCheck}</h3>
            <p>
              <Prose text={nextCheck} />
            </p>
          </section>
        )}
        <AdviceList advice={advice} />
      </div>
    </article>
  );
}

function Candidates({ candidates }: { readonly candidates: readonly Candidate[] }) {
  const isAlone = candidates.length === 1;
  return (
    <section>
      <h3>{isAlone ? FINDINGS.cause : FINDINGS.candidates}</h3>
      <ol class={`candidates ${isAlone ? 'is-alone' : ''}`}>
        {candidates.map(({ cause, title, family, check }) => (
          <li key={cause}>
            <span class="candidate-title">{title}</span> <FamilyTag family={family} isSure={isAlone} />
            {!isAlone && check !== '' && (
              <span class="candidate-check">
                <span class="faint">{FINDINGS.check}</span> <Prose text={check} />
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface EvidenceListProps {
  readonly head: string;
  readonly evidence: readonly Evidence[];
}

function EvidenceList({ head, evidence }: EvidenceListProps) {
  const { showEvidence } = usePanel();
  const [isWhole, setWhole] = useState(false);
  if (evidence.length === 0) return null;
  const shown = isWhole ? evidence : evidence.slice(0, MAX_EVIDENCE);
  return (
    <section>
      <h3>{head}</h3>
      <ul class="evidence">
        {shown.map((one, i) => (
          <li key={`${i} ${one.says}`}>
            {isSomewhere(one) ? (
              <button type="button" class="link" title={FINDINGS.evidenceHint} onClick={() => showEvidence(one)}>
                {one.says}
              </button>
            ) : (
              one.says
            )}
            {one.kind === 'frame' && <span class="faint"> {FINDINGS.frame(one.seq)}</span>}
          </li>
        ))}
      </ul>
      {shown.length < evidence.length && (
        <button type="button" class="link" onClick={() => setWhole(true)}>
          {FINDINGS.more(evidence.length - shown.length)}
        </button>
      )}
    </section>
  );
}

/** A handshake may be nobody's. */
function isSomewhere(evidence: Evidence): boolean {
  return evidence.kind === 'context' || evidence.connectionId !== null;
}

function AdviceList({ advice }: { readonly advice: readonly Advice[] }) {
  if (advice.length === 0) return null;
  return (
    <section>
      <h3>{FINDINGS.advice}</h3>
      {advice.map(({ text, lines }) => (
        <div key={text} class="advice">
          <p>
            <Prose text={text} />
          </p>
          {lines && (
            <figure class="lines" aria-label={FINDINGS.linesOf(lines.of)}>
              <figcaption>
                <span>{lines.of}</span>
                <CopyButton text={() => lines.text} isDisabled={false} label={FINDINGS.copyLines(lines.of)} />
              </figcaption>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard */}
              <pre tabIndex={0}>{lines.text}</pre>
            </figure>
          )}
        </div>
      ))}
    </section>
  );
}
