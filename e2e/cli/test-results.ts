/** Counts what vitest's JSON reporter wrote. */

export interface VitestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0 };

export function plus(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** A file that failed without any failed test of its own (an import, a hook) counts as one failed test. */
export function countResults({ testResults }: VitestResults): Counts & {
  readonly skippedNames: readonly string[];
  readonly failedNames: readonly string[];
} {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const namesOf = (wanted: (status: string) => boolean) =>
    tests.filter(({ status }) => wanted(status)).map(({ fullName }) => fullName);
  const passed = namesOf((status) => status === 'passed').length;
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failedNames = [...namesOf((status) => status === 'failed'), ...brokenFiles.map(({ name }) => name)];
  const skippedNames = namesOf((status) => status !== 'passed' && status !== 'failed');
  return { passed, failed: failedNames.length, skipped: skippedNames.length, skippedNames, failedNames };
}

/** `12 passed, 0 failed` with `, 3 skipped` when there are any. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
