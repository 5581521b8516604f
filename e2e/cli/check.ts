/** `npm run check`: the one fast gate. Stops at the first step that fails and says which command mends it. */
import { fail, PROGRAMS, runScript, say } from './run.ts';

interface Step {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly remedy: string;
}

const STEPS: readonly Step[] = [
  {
    name: 'format and lint',
    script: PROGRAMS.biome,
    args: ['check', '--error-on-warnings', '.'],
    remedy: 'npx biome check --write .     (what it cannot mend by itself it explains above)',
  },
  { name: 'types', script: PROGRAMS.tsc, args: ['--noEmit'], remedy: 'mend the types named above' },
  {
    name: 'unit tests',
    script: PROGRAMS.vitest,
    args: ['run', '--config', 'e2e/vitest.config.ts', '--project', 'unit', '--reporter', 'dot'],
    remedy: 'npx vitest --config e2e/vitest.config.ts --project unit     (runs them again as you edit)',
  },
];

for (const { name, script, args, remedy } of STEPS) {
  const startedAtMs = performance.now();
  const { code, output } = await runScript(script, args, { output: 'keep' });
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (code !== 0) fail(`\n${output}\nTo mend it: ${remedy}`);
}
