/** Runs the lab by itself: `node --import tsx e2e/lab/main.ts [--port N]`. Prints its URL and serves until Ctrl-C. */
import { parseArgs } from 'node:util';
import { startLab } from './server.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });

const lab = await startLab({ port: Number(values.port) });
await lab.ready();
console.log(`Socketscope lab: ${lab.origin}/`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void lab.close().then(() => process.exit(0));
  });
}
