import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MODULES, nodeForCore, ROOT } from '../setup/locations.mjs';
import { countTests } from './countTests.mjs';

const LIMIT_MS = 25 * 60_000;

/**
 * Runs one vitest project and counts its tests.
 * @param {string} suite name of the project in vitest.config.ts
 * @param {{ before?: readonly string[], env?: NodeJS.ProcessEnv, user?: number }} [options] `before` is put in
 *   front of the command; `user` is the id of the user who has to be able to write the results
 * @returns {Promise<import('./countTests.mjs').Count>}
 */
export async function runSuite(suite, options = {}) {
  console.log(`\n— ${suite} tests`);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fovea-results-'));
  if (options.user !== undefined) await chmod(folder, 0o777);
  const file = path.join(folder, 'results.json');
  const vitest = path.join(MODULES, 'vitest', 'vitest.mjs');
  const command = [
    ...(options.before ?? []),
    ...[nodeForCore(), vitest, 'run', '--project', suite],
    // Vite would otherwise write a bundled configuration into node_modules.
    ...['--configLoader', 'native', '--silent=passed-only'],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
  ];
  try {
    const exitCode = await follow(command, options.env ?? {});
    const report = await readFile(file, 'utf8').then(JSON.parse, () => null);
    return countTests(report, { suite, exitCode, folder: ROOT });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number | null>} null when a signal ended it
 */
function follow([program = '', ...args], env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
    const timer = setTimeout(() => {
      console.log(`The tests took longer than ${LIMIT_MS / 60_000} minutes and were stopped.`);
      child.kill('SIGKILL');
    }, LIMIT_MS);
    const finish = (/** @type {number | null} */ code) => {
      clearTimeout(timer);
      resolve(code);
    };
    child.once('error', (error) => {
      console.log(error.message);
      finish(null);
    });
    child.once('close', finish);
  });
}
