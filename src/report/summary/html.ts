/**
 * A report as one HTML file that opens anywhere, offline and without scripts: nothing is loaded, nothing is run, and its
 * policy forbids both. All that came from a page is text.
 */

import { endpointOf } from '../../analysis/endpoint.ts';
import type { Evidence, Finding } from '../../analysis/findings/finding.ts';
import { FAMILIES, FINDING_HEADS, SEVERITIES } from '../../analysis/findings/words.ts';
import type { LineState, Scorecard } from '../../analysis/verdict/scorecard.ts';
import { LINE_COLUMNS, LINE_STATES, measureWords, policyWords, SURENESS } from '../../analysis/verdict/words.ts';
import type { AnalysedRecording } from './analyse-recording.ts';
import { escapeHtml } from './escape-html.ts';
import { isoOf, reportModelOf, type Table } from './report.ts';
import { STYLE } from './report-style.ts';
import { timelineSvg } from './timeline-svg.ts';
import { REPORT } from './words.ts';

const MAX_EVIDENCE = 20;
const SIGNS: Readonly<Record<LineState, string>> = {
  passed: '✓',
  failed: '✗',
  notApplicable: '–',
  pending: '…',
  interrupted: '!',
};

export async function reportHtml(analysed: AnalysedRecording, language = 'en'): Promise<string> {
  const model = reportModelOf(analysed);
  const { findings, scorecards, facts } = analysed;
  // The policy names the one style that there is.
  const policy = `default-src 'none'; style-src 'sha256-${await sha256Of(STYLE)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(model.title)} – Socketscope</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(model.title)}</h1>
${model.notes === '' ? '' : `<p class="notes">${escapeHtml(model.notes)}</p>`}
<dl>${model.facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
${facts.connections.length === 0 ? '' : `<h2>${escapeHtml(REPORT.timeline)}</h2>\n<figure>${timelineSvg(analysed)}</figure>`}
<h2>${escapeHtml(REPORT.findings)}</h2>
${findings.length === 0 ? `<p>${escapeHtml(REPORT.nothingFound)}</p>` : findings.map(findingHtml).join('\n')}
${scorecards.length === 0 ? '' : `<h2>${escapeHtml(REPORT.verdicts)}</h2>\n${scorecards.map(scorecardHtml).join('\n')}`}
${section(REPORT.closesByCode, model.closesByCode)}
${section(REPORT.closes, model.closes)}
${section(REPORT.marks, model.markers)}
</main>
</body>
</html>
`;
}

function findingHtml(finding: Finding): string {
  const { title, severity, sureness, because, meaning, candidates, evidence, against, nextCheck, advice } = finding;
  return `<article class="${severity}">
<h3>${escapeHtml(title)}</h3>
<p class="kind">${escapeHtml(REPORT.kind(SEVERITIES[severity], SURENESS[sureness], because))}</p>
<p>${escapeHtml(meaning)}</p>
${list(
  candidates.length === 1 ? FINDING_HEADS.cause : FINDING_HEADS.candidates,
  candidates.map(
    ({ title: cause, family, check }) => `${cause} (${FAMILIES[family]})${check === '' ? '' : `: ${check}`}`,
  ),
)}
${list(FINDING_HEADS.evidence, evidenceTexts(evidence))}
${list(FINDING_HEADS.against, evidenceTexts(against))}
${nextCheck === '' ? '' : `<h4>${escapeHtml(FINDING_HEADS.nextCheck)}</h4><p>${escapeHtml(nextCheck)}</p>`}
${advice
  .map(({ text, lines }) => {
    const code = lines ? `<p>${escapeHtml(lines.of)}:</p><pre>${escapeHtml(lines.text)}</pre>` : '';
    return `<h4>${escapeHtml(FINDING_HEADS.advice)}</h4><p>${escapeHtml(text)}</p>${code}`;
  })
  .join('')}
</article>`;
}

function evidenceTexts(evidence: readonly Evidence[]): readonly string[] {
  const texts = evidence
    .slice(0, MAX_EVIDENCE)
    .map((one) => (one.kind === 'frame' ? REPORT.frame(one.says, one.seq) : one.says));
  return evidence.length > MAX_EVIDENCE ? [...texts, REPORT.moreEvidence(evidence.length - MAX_EVIDENCE)] : texts;
}

function scorecardHtml({ drop, dropped, policy, lines, state }: Scorecard, index: number): string {
  const what = (drop.simulated ? REPORT.simulatedDrop : REPORT.realDrop)(
    endpointOf(dropped.url),
    isoOf(drop.atMs),
    policyWords(policy),
  );
  const { line, state: result, value: measured, budget: most, why: because } = LINE_COLUMNS;
  return `<article class="${state}">
<h3>${escapeHtml(REPORT.drop(index + 1, stateWords(state)))}</h3>
<p>${escapeHtml(what)}</p>
${tableHtml({
  columns: [line, result, measured, most, because],
  rows: lines.map(({ title, state: lineState, value, unit, budget, why }) => [
    title,
    stateWords(lineState),
    measureWords(value, unit),
    measureWords(budget, unit),
    why,
  ]),
  more: 0,
})}
</article>`;
}

function stateWords(state: LineState): string {
  return `${SIGNS[state]} ${LINE_STATES[state]}`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h4>${escapeHtml(title)}</h4><ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

function section(title: string, table: Table): string {
  return table.rows.length === 0 ? '' : `<h2>${escapeHtml(title)}</h2>\n${tableHtml(table)}`;
}

function tableHtml({ columns, rows, more }: Table): string {
  const head = columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('\n');
  const rest = more === 0 ? '' : `<p>${escapeHtml(REPORT.more(more))}</p>`;
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>${rest}`;
}

async function sha256Of(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
