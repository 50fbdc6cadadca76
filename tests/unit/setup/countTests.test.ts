import { describe, expect, it } from 'vitest';
import { countTests, summarise } from '../../../scripts/testing/countTests.mjs';

const file = (status: string, tests: readonly string[], message = '') => ({
  name: '/repo/tests/a.test.ts',
  status,
  message,
  assertionResults: tests.map((each, index) => ({ fullName: `test ${index}`, status: each })),
});
const run = { suite: 'core', exitCode: 0, folder: '/repo/' };

describe('the last line of npm test', () => {
  it('counts every test once and names the failed ones', () => {
    const files = [
      file('passed', ['passed', 'passed', 'skipped']),
      file('failed', ['passed', 'failed', 'todo']),
    ];
    const count = countTests({ testResults: files }, { ...run, exitCode: 1 });
    expect(count).toEqual({ passed: 3, failed: 1, skipped: 2, failures: ['tests/a.test.ts › test 1'] });
    const check = { passed: 1, failed: 0, skipped: 0, failures: [] };
    expect(summarise([count, check])).toBe('4 passed, 1 failed, 2 skipped');
    expect(summarise([check])).toBe('1 passed, 0 failed');
  });

  it('counts as failed what never came to a test: a file that does not load, a run that breaks', () => {
    const broken = countTests(
      { testResults: [file('failed', [], 'Cannot find x\n  at y')] },
      { ...run, exitCode: 1 },
    );
    expect(broken.failures).toEqual(['tests/a.test.ts: Cannot find x']);
    const hook = countTests({ testResults: [file('failed', ['skipped'])] }, { ...run, exitCode: 1 });
    expect(hook.failed).toBe(1);
    const unhandled = countTests({ testResults: [file('passed', ['passed'])] }, { ...run, exitCode: 1 });
    expect(summarise([unhandled])).toBe('1 passed, 1 failed');
    expect(countTests(null, { ...run, exitCode: null }).failed).toBe(1);
    expect(countTests(null, run).failed).toBe(1);
  });
});
