/**
 * What a suite or a check came to.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Count
 *
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} TestFile
 */

/**
 * Counts vitest's JSON report. A file that failed without a failed test (it could not be loaded, a hook threw)
 * and a run that failed without a failed file (an error between tests) each count as one failure.
 * @param {{ testResults: TestFile[] } | null} report null when the run left none
 * @param {{ suite: string, exitCode: number | null, folder: string }} run `folder` is cut off file names
 * @returns {Count}
 */
export function countTests(report, { suite, exitCode, folder }) {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of report?.testResults ?? []) {
    const name = file.name.startsWith(folder) ? file.name.slice(folder.length) : file.name;
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    count.passed += file.assertionResults.filter(({ status }) => status === 'passed').length;
    count.failed += failed.length;
    count.failures.push(...failed.map((test) => `${name} › ${test.fullName}`));
    count.skipped += file.assertionResults.filter(
      ({ status }) => status !== 'passed' && status !== 'failed',
    ).length;
    if (file.status === 'failed' && failed.length === 0) {
      count.failed += 1;
      count.failures.push(`${name}: ${(file.message ?? '').split('\n')[0] || 'failed outside its tests'}`);
    }
  }
  if (count.failed === 0 && (exitCode !== 0 || report === null)) {
    count.failed = 1;
    count.failures.push(`${suite}: the run ended with ${exitCode ?? 'a signal'} outside its tests`);
  }
  return count;
}

/** The line that `npm test` ends with. @param {readonly Count[]} counts */
export function summarise(counts) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    counts.reduce((total, count) => total + count[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
