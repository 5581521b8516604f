/** `npm run build`: dist/chrome, dist/firefox, and dist/node for other people's projects. */
import { buildExtension, distOf, TARGETS } from './extension-build.ts';
import { buildNode, NODE_DIST } from './node-build.ts';
import { fail, say } from './run.ts';

for (const target of TARGETS) {
  await buildExtension(target).catch((error: Error) => fail(error.message));
  say(distOf(target));
}
await buildNode().catch((error: Error) => fail(error.message));
say(NODE_DIST);
