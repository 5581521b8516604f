/** `npm run build`: dist/chrome and dist/firefox. */
import { buildExtension, distOf, TARGETS } from './extension-build.ts';
import { fail, say } from './run.ts';

for (const target of TARGETS) {
  await buildExtension(target).catch((error: Error) => fail(error.message));
  say(distOf(target));
}
