/** `npm run package`: the two store zips, after a fresh build and Mozilla's linter. */
import { join } from 'node:path';
import manifest from '../../manifest.json' with { type: 'json' };
import { buildExtension, distOf, TARGETS } from './extension-build.ts';
import { fail, PROGRAMS, ROOT, runScript, say } from './run.ts';

const ARTIFACTS = join(ROOT, 'artifacts');

for (const target of TARGETS) await buildExtension(target).catch((error: Error) => fail(error.message));

// The linter knows Firefox's rules; the Chrome build misses the add-on id by design.
const lint = await runScript(PROGRAMS.webExt, ['lint', '--source-dir', distOf('firefox'), '--self-hosted']);
if (lint.code !== 0) fail('web-ext lint found errors; they are listed above.');

for (const target of TARGETS) {
  const name = `socketscope-${target}-${manifest.version}.zip`;
  const zip = await runScript(
    PROGRAMS.webExt,
    ['build', '--source-dir', distOf(target), '--artifacts-dir', ARTIFACTS, '--filename', name, '--overwrite-dest'],
    { output: 'keep' },
  );
  if (zip.code !== 0) fail(`Packing ${target} failed:\n${zip.output}`);
  say(join(ARTIFACTS, name));
}
