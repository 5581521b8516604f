/**
 * Stands in for the tree's resources/testharnessreport.js, the file that is meant to be replaced by whoever runs the
 * tests. Runs in every test page: it leaves nothing behind until the test is complete, and then one property.
 */
{
  /** @typedef {{ name: string, status: number, message: string | null }} Outcome */
  /**
   * @typedef {object} Testharness
   * @property {((properties: { output: boolean }) => void)} [setup] missing where a page loads this file alone
   * @property {(callback: (tests: readonly Outcome[], whole: Outcome) => void) => void} add_completion_callback
   */
  const harness = /** @type {Testharness} */ (/** @type {unknown} */ (globalThis));

  if (harness.setup !== undefined) {
    harness.setup({ output: false });
    harness.add_completion_callback((tests, whole) => {
      const report = {
        status: whole.status,
        message: whole.message,
        tests: tests.map(({ name, status, message }) => [name, status, message]),
      };
      Object.defineProperty(globalThis, '__wptReport', { value: JSON.stringify(report), configurable: true });
    });
  }
}
