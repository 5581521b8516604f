/** What one run of a test gave, as data. Knows no browser and no file. */

/** The states of testharness.js, in the order of its constants (`Test.statuses`). */
const SUBTEST_STATUSES = ['PASS', 'FAIL', 'TIMEOUT', 'NOTRUN', 'PRECONDITION_FAILED'] as const;
/** The states of a whole test file, in the order of its constants (`TestsStatus.statuses`). */
const HARNESS_STATUSES = ['OK', 'ERROR', 'TIMEOUT', 'PRECONDITION_FAILED'] as const;

/**
 * What testharness.js could not say itself: the page crashed, it closed its own tab, it could not be loaded, it never
 * answered (`HUNG`), or the runner failed (`RUNNER-ERROR`: says nothing about the page).
 */
export type OutsideStatus = 'CRASH' | 'CLOSED' | 'LOAD-ERROR' | 'HUNG' | 'RUNNER-ERROR';
export type HarnessStatus = (typeof HARNESS_STATUSES)[number] | OutsideStatus;
export type SubtestStatus = (typeof SUBTEST_STATUSES)[number];

export interface SubtestResult {
  /** Unique within its test: a second subtest of the same name gets " [#2]". */
  readonly name: string;
  readonly status: SubtestStatus;
  readonly message: string | null;
}

export interface TestResult {
  /** Path and query below the server's root. */
  readonly url: string;
  readonly harness: HarnessStatus;
  readonly message: string | null;
  readonly durationMs: number;
  readonly subtests: readonly SubtestResult[];
}

/** What `served/testharnessreport.js` leaves behind in the page, as JSON text. */
interface PageReport {
  readonly status: number;
  readonly message: string | null;
  readonly tests: readonly (readonly [name: string, status: number, message: string | null])[];
}

/** Reads the page's report. Throws when a constant of testharness.js is not one that this file knows. */
export function parsePageReport(text: string): Pick<TestResult, 'harness' | 'message' | 'subtests'> {
  const report = JSON.parse(text) as PageReport;
  const seen = new Map<string, number>();
  const subtests = report.tests.map(([name, status, message]) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { name: count === 1 ? name : `${name} [#${count}]`, status: named(SUBTEST_STATUSES, status), message };
  });
  return { harness: named(HARNESS_STATUSES, report.status), message: report.message, subtests };
}

function named<Name extends string>(names: readonly Name[], value: number): Name {
  const name = names[value];
  if (name === undefined) {
    throw new Error(`testharness.js reports status ${value}, which is none of ${names.join(', ')}.`);
  }
  return name;
}

export interface Counts {
  readonly tests: number;
  readonly subtests: number;
  readonly passed: number;
}

/** Sizes of a run, for the summary. */
export function countResults(results: readonly TestResult[]): Counts {
  const subtests = results.flatMap((result) => result.subtests);
  return {
    tests: results.length,
    subtests: subtests.length,
    passed: subtests.filter(({ status }) => status === 'PASS').length,
  };
}
