/** Starts what a case needs and leaves it standing, with a page to look at: for eyes, and for screenshots. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { type ClientOptions, PAGE } from './page.ts';
import { greets, startServer } from './servers/node.ts';
import { type ProgramStage, startNginx } from './servers/program.ts';

export interface Standing {
  /** Of the page. */
  readonly url: string;
  /** In words: what stands there. */
  readonly what: string;
  stop(): Promise<void>;
}

interface StayOptions {
  readonly folder: string;
  readonly limitS: number;
}

const HOST = '127.0.0.1';

/** By the name of the case. */
const STANDING: Readonly<Record<string, (stage: ProgramStage, limitS: number) => Promise<Omit<Standing, 'stop'>>>> = {
  async 'nginx-idle-cut'(stage, limitS) {
    const server = await startServer(stage, { converse: greets });
    const port = await freePort();
    const directives = `proxy_read_timeout ${limitS}s; proxy_send_timeout ${limitS}s;`;
    const nginx = await startNginx(stage, { port, upstream: server.port, directives });
    const url = await servePage(stage, { url: nginx.url, hello: ['{"type":"hello"}'], lives: 1_000 });
    return { url, what: `nginx at ${nginx.url} with proxy_read_timeout ${limitS}s, an idle client that comes back` };
  },
};

const STANDING_CASES: readonly string[] = Object.keys(STANDING);

/** Rejects when there is no such case, or its program is missing. */
export async function standUp(name: string, { folder, limitS }: StayOptions): Promise<Standing> {
  const start = STANDING[name];
  if (!start) throw new Error(`--stay: there is no "${name}"; there are: ${STANDING_CASES.join(', ')}`);
  const undos: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const undo of undos.splice(0).reverse()) await undo();
  };
  try {
    return { ...(await start({ host: HOST, folder, onEnd: (undo) => void undos.push(undo) }, limitS)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createTcp();
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function servePage(stage: ProgramStage, options: ClientOptions): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`${PAGE}<h1>An idle client</h1><script>lab.start(${JSON.stringify(options)})</script>`);
  });
  const port = await portOf(server);
  stage.onEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://${HOST}:${port}/`;
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
