/**
 * A report as one HTML file that opens anywhere, offline and without scripts: nothing is loaded, nothing is run, and its
 * policy forbids both. All that came from a page is text.
 */

import { endpointOf } from '../../analysis/endpoint.ts';
import type { Evidence, Finding } from '../../analysis/findings/finding.ts';
import type { Line, Scorecard } from '../../analysis/verdict/scorecard.ts';
import { policyWords, timeWords } from '../../analysis/verdict/words.ts';
import type { AnalysedRecording } from './analyse-recording.ts';
import { escapeHtml } from './escape-html.ts';
import { isoOf, reportModelOf, type Table } from './report.ts';
import { STYLE } from './report-style.ts';
import { timelineSvg } from './timeline-svg.ts';

const MAX_EVIDENCE = 20;
const STATE_WORDS: Readonly<Record<Line['state'], string>> = {
  passed: '✓ passed',
  failed: '✗ failed',
  notApplicable: '– not applicable',
  pending: '… not over yet',
  interrupted: '! interrupted',
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
${facts.connections.length === 0 ? '' : `<h2>Timeline</h2>\n<figure>${timelineSvg(analysed)}</figure>`}
<h2>Findings</h2>
${findings.length === 0 ? '<p>Nothing was found.</p>' : findings.map(findingHtml).join('\n')}
${scorecards.length === 0 ? '' : `<h2>Reconnect verdicts</h2>\n${scorecards.map(scorecardHtml).join('\n')}`}
${section('Closes by code', model.closesByCode)}
${section('Closes', model.closes)}
${section('Marks', model.markers)}
</main>
</body>
</html>
`;
}

function findingHtml(finding: Finding): string {
  const { title, severity, sureness, because, meaning, candidates, evidence, against, nextCheck, advice } = finding;
  return `<article class="${severity}">
<h3>${escapeHtml(title)}</h3>
<p class="kind">${escapeHtml(`${severity}, sureness ${sureness}: ${because}`)}</p>
<p>${escapeHtml(meaning)}</p>
${list(
  candidates.length === 1 ? 'Cause' : 'Candidates, the likeliest first',
  candidates.map(({ title: cause, family, check }) => `${cause} (${family})${check === '' ? '' : `: ${check}`}`),
)}
${list('Evidence', evidenceTexts(evidence))}
${list('What speaks against it', evidenceTexts(against))}
${nextCheck === '' ? '' : `<h4>Next check</h4><p>${escapeHtml(nextCheck)}</p>`}
${advice
  .map(({ text, lines }) => {
    const code = lines ? `<p>${escapeHtml(lines.of)}:</p><pre>${escapeHtml(lines.text)}</pre>` : '';
    return `<h4>What to change</h4><p>${escapeHtml(text)}</p>${code}`;
  })
  .join('')}
</article>`;
}

function evidenceTexts(evidence: readonly Evidence[]): readonly string[] {
  const texts = evidence
    .slice(0, MAX_EVIDENCE)
    .map((one) => (one.kind === 'frame' ? `${one.says} (frame #${one.seq})` : one.says));
  return evidence.length > MAX_EVIDENCE ? [...texts, `… and ${evidence.length - MAX_EVIDENCE} more`] : texts;
}

function scorecardHtml({ drop, dropped, policy, lines, state }: Scorecard, index: number): string {
  const how = drop.simulated ? 'Simulated' : 'Real';
  return `<article class="${state}">
<h3>${escapeHtml(`Drop ${index + 1}: ${STATE_WORDS[state]}`)}</h3>
<p>${escapeHtml(`${how} drop of ${endpointOf(dropped.url)} at ${isoOf(drop.atMs)}. Policy: ${policyWords(policy)}.`)}</p>
${tableHtml({
  columns: ['line', 'state', 'value', 'budget', 'why'],
  rows: lines.map(({ title, state: lineState, value, unit, budget, why }) => [
    title,
    STATE_WORDS[lineState],
    measure(value, unit),
    measure(budget, unit),
    why,
  ]),
  more: 0,
})}
</article>`;
}

function measure(value: number | string | null, unit: Line['unit']): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (unit === 'ms') return timeWords(value);
  return unit === null ? String(value) : `${value} ${unit}`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h4>${title}</h4><ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

function section(title: string, table: Table): string {
  return table.rows.length === 0 ? '' : `<h2>${title}</h2>\n${tableHtml(table)}`;
}

function tableHtml({ columns, rows, more }: Table): string {
  const head = columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('\n');
  const rest = more === 0 ? '' : `<p>… and ${more} more.</p>`;
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>${rest}`;
}

async function sha256Of(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
