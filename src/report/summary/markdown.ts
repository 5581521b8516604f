/** A report as Markdown, for a ticket. Whatever came from a page is escaped, and stays text. Pure. */
import { findingMarkdown } from '../../analysis/findings/finding-markdown.ts';
import { verdictMarkdown } from '../../analysis/verdict/verdict-markdown.ts';
import type { AnalysedRecording } from './analyse-recording.ts';
import { escaped } from './escape-markdown.ts';
import { reportModelOf, type Table } from './report.ts';
import { REPORT } from './words.ts';

export function reportMarkdown(analysed: AnalysedRecording): string {
  const model = reportModelOf(analysed);
  const sections = [
    `# ${escaped(model.title)}`,
    model.notes === ''
      ? ''
      : model.notes
          .split('\n')
          .map((line) => `> ${escaped(line)}`)
          .join('\n'),
    model.facts.map(([name, value]) => `- ${name}: ${escaped(value)}`).join('\n'),
    analysed.findings.length === 0
      ? ''
      : `## ${REPORT.findings}\n\n${analysed.findings.map(deeper).join('\n')}`.trimEnd(),
    analysed.scorecards.length === 0 ? '' : verdictMarkdown(analysed.scorecards).trimEnd(),
    section(REPORT.closesByCode, model.closesByCode),
    section(REPORT.closes, model.closes),
    section(REPORT.marks, model.markers),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** Below the heading of its section. Lines in a fence may begin with a hash, too. */
function deeper(finding: Parameters<typeof findingMarkdown>[0]): string {
  let fence = '';
  return findingMarkdown(finding)
    .split('\n')
    .map((line) => {
      const mark = /^`{3,}/.exec(line)?.[0] ?? '';
      if (fence === '' && mark !== '') fence = mark;
      else if (fence !== '' && line === fence) fence = '';
      return fence === '' ? line.replace(/^#+ /, '#$&') : line;
    })
    .join('\n');
}

function section(title: string, { columns, rows, more }: Table): string {
  if (rows.length === 0) return '';
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(escaped))];
  const rest = more === 0 ? '' : `\n\n${REPORT.more(more)}`;
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}${rest}`;
}
