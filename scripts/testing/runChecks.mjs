import { ROOT } from '../setup/locations.mjs';
import { findNpm, runCommand } from '../setup/runCommand.mjs';

/** npm scripts that each count as one test. */
const CHECKS = ['format', 'types', 'svelte', 'lint', 'imports'];
const LIMIT_MS = 10 * 60_000;

/**
 * Runs the static checks, two at a time. Their output is shown only when they fail.
 * @returns {Promise<import('./countTests.mjs').Count[]>}
 */
export async function runChecks() {
  const waiting = [...CHECKS];
  /** @type {import('./countTests.mjs').Count[]} */
  const counts = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      counts.push(await runCheck(name));
  };
  await Promise.all([work(), work()]);
  return counts;
}

/** @param {string} name @returns {Promise<import('./countTests.mjs').Count>} */
async function runCheck(name) {
  const npm = findNpm();
  const started = performance.now();
  const result = await runCommand(npm.command, [...npm.before, 'run', '--silent', `check:${name}`], {
    cwd: ROOT,
    timeoutMs: LIMIT_MS,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const isGood = result.code === 0;
  console.log(`${isGood ? '✓' : '✗'} check ${name} (${seconds} s)`);
  if (!isGood) {
    const lines = `${result.stdout}\n${result.stderr}`.trim().split('\n');
    console.log(lines.slice(-80).join('\n'));
    if (result.timedOut) console.log(`check ${name} took longer than ${LIMIT_MS / 60_000} minutes`);
  }
  return {
    passed: isGood ? 1 : 0,
    failed: isGood ? 0 : 1,
    skipped: 0,
    failures: isGood ? [] : [`check ${name}`],
  };
}
