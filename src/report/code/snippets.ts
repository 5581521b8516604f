/**
 * A recorded conversation as code that plays it again: a server for tests (Playwright, MSW), a client (Node with ws, wscat,
 * websocat). Give it what has been redacted. A table; each maker gives a whole file or command that runs as it is.
 */
import { shellQuote } from '../../analysis/commands.ts';
import type { Conversation, Said } from './conversation.ts';
import { inComment, stringLiteral, urlPattern } from './literals.ts';

export const SNIPPET_KINDS = ['playwright', 'msw', 'ws', 'wscat', 'websocat'] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number];

export interface Snippet {
  readonly kind: SnippetKind;
  readonly title: string;
  /** What it would be saved as; null: a command. */
  readonly fileName: string | null;
  readonly text: string;
}

export function snippetOf(kind: SnippetKind, conversation: Conversation): Snippet {
  const { title, fileName, make } = MAKERS[kind];
  return { kind, title, fileName, text: make(conversation) };
}

const MAKERS: Readonly<
  Record<
    SnippetKind,
    { readonly title: string; readonly fileName: string | null; readonly make: (of: Conversation) => string }
  >
> = {
  playwright: { title: 'Playwright test', fileName: 'recorded.spec.ts', make: playwright },
  msw: { title: 'MSW handler', fileName: 'recorded-handlers.js', make: msw },
  ws: { title: 'Node script (ws)', fileName: 'recorded.mjs', make: nodeScript },
  wscat: { title: 'wscat', fileName: null, make: wscat },
  websocat: { title: 'websocat', fileName: null, make: websocat },
};

function playwright(conversation: Conversation): string {
  const sent = conversation.said.filter(({ isOut }) => isOut).length;
  return `import { expect, test } from '@playwright/test';

// The address of your page. It opens ${inComment(conversation.url)}
const PAGE = process.env.PAGE_URL ?? 'http://localhost:3000/';

${table(conversation, bufferLiteral)}

test('the page talks as it was recorded', async ({ page }) => {
  const heard: (string | Buffer)[] = [];
  await page.routeWebSocket(${urlPattern(conversation.url)}, (ws) => {
    let next = 0;
    const answer = () => {
      for (; CONVERSATION[next]?.[0] === 'server'; next++) ws.send(CONVERSATION[next][1]);
${closing(conversation, (code, reason) => `void ws.close({ code: ${code}, reason: ${reason} });`)}    };
    ws.onMessage((message) => {
      heard.push(message);
      if (CONVERSATION[next]?.[0] === 'page') next++;
      answer();
    });
    answer();
  });
  await page.goto(PAGE);
  // Every message of the page, in number; hold the ones that matter against what they must be.
  await expect.poll(() => heard.length).toBeGreaterThanOrEqual(${sent});
});
`;
}

function msw(conversation: Conversation): string {
  return `import { ws } from 'msw';

${table(conversation, bytesLiteral)}

const recorded = ws.link(${urlPattern(conversation.url)});

export const handlers = [
  recorded.addEventListener('connection', ({ client }) => {
    let next = 0;
    const answer = () => {
      for (; CONVERSATION[next]?.[0] === 'server'; next++) client.send(CONVERSATION[next][1]);
${closing(conversation, (code, reason) => `setTimeout(() => client.close(${code}, ${reason}));`)}    };
    client.addEventListener('message', () => {
      if (CONVERSATION[next]?.[0] === 'page') next++;
      answer();
    });
    answer();
  }),
];
`;
}

function nodeScript({ url, protocols, said, leftOut }: Conversation): string {
  const offered = protocols.map(stringLiteral).join(', ');
  return `import WebSocket from 'ws';

const URL = process.env.WS_URL ?? ${stringLiteral(url)};
${table({ said, leftOut }, bufferLiteral)}

const socket = new WebSocket(URL, [${offered}]);
let next = 0;

/** Sends what the page sent, each after what it had heard before. */
function goOn() {
  for (; CONVERSATION[next]?.[0] === 'page'; next++) {
    console.log('>', CONVERSATION[next][1]);
    socket.send(CONVERSATION[next][1]);
  }
  if (next === CONVERSATION.length) socket.close(1000);
}

socket.on('open', goOn);
socket.on('message', (data, isBinary) => {
  console.log('<', isBinary ? data : String(data));
  if (CONVERSATION[next]?.[0] === 'server') next++;
  goOn();
});
socket.on('error', (error) => console.error(error.message));
socket.on('close', (code, reason) => console.log('closed', code, String(reason)));
`;
}

function wscat({ url, protocols, said }: Conversation): string {
  const texts = said.flatMap(({ isOut, text }) => (isOut && text !== null ? [text] : []));
  const offered = protocols.flatMap((protocol) => ['--subprotocol', shellQuote(protocol)]);
  const executed = texts.slice(0, MAX_IN_COMMAND).flatMap((text) => ['--execute', shellQuote(onOneLine(text))]);
  return lines('wscat', [['--connect', shellQuote(url)], offered, ['--wait', '5'], ...pairs(executed)]);
}

function websocat({ url, protocols, said }: Conversation): string {
  const texts = said.flatMap(({ isOut, text }) => (isOut && text !== null ? [onOneLine(text)] : []));
  const offered = protocols.length === 0 ? [] : ['--protocol', shellQuote(protocols.join(', '))];
  const printed = lines(
    "printf '%s\\n'",
    texts.slice(0, MAX_IN_COMMAND).map((text) => [shellQuote(text)]),
  );
  const connect = ['websocat', '--no-close', ...offered, shellQuote(url)].join(' ');
  return texts.length === 0 ? connect : `${printed} \\\n  | ${connect}`;
}

/** A command line has an end. */
const MAX_IN_COMMAND = 100;

/** Both tools send line by line. */
function onOneLine(text: string): string {
  return text.replace(/\r?\n\s*/g, ' ');
}

function lines(program: string, groups: readonly (readonly string[])[]): string {
  return [program, ...groups.filter((words) => words.length > 0).map((words) => words.join(' '))].join(' \\\n  ');
}

function pairs(words: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: words.length / 2 }, (_, i) => words.slice(2 * i, 2 * i + 2));
}

function table({ said, leftOut }: Pick<Conversation, 'said' | 'leftOut'>, bytes: (base64: string) => string): string {
  const note =
    leftOut === 0 ? '' : `// ${leftOut} messages are not in here: they were not kept whole, or are too many.\n`;
  const rows = said.map((one) => `  ['${one.isOut ? 'page' : 'server'}', ${contentLiteral(one, bytes)}],\n`);
  return `${note}// Who said what.\nconst CONVERSATION = [\n${rows.join('')}];`;
}

function contentLiteral({ text, base64 }: Said, bytes: (base64: string) => string): string {
  return base64 === null ? stringLiteral(text ?? '') : bytes(base64);
}

function bufferLiteral(base64: string): string {
  return `Buffer.from('${base64}', 'base64')`;
}

function bytesLiteral(base64: string): string {
  return `Uint8Array.from(atob('${base64}'), (char) => char.charCodeAt(0))`;
}

/** The line that ends the connection as the server did; a mock cannot break a line off, which 1006 would be. */
function closing({ close, isAbnormal }: Conversation, call: (code: number, reason: string) => string): string {
  if (close) return `      if (next === CONVERSATION.length) ${call(close.code, stringLiteral(close.reason))}\n`;
  return isAbnormal
    ? '      // It ended with 1006, without a close frame; drop it with Socketscope to see what the page does then.\n'
    : '';
}
