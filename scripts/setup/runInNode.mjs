import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { nodeForCore, ROOT } from './locations.mjs';

/** Signals that end a program; each is passed on once. */
const PASSED_ON = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a program to its end with our input, output and errors, and ends as it ends.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} the exit code; 128 + the number of the signal that ended it
 */
export function runToTheEnd(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: 'inherit',
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, ...options.env },
    });
    // A terminal sends Ctrl+C to every process it runs: passing it on there would make it two.
    const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    for (const signal of PASSED_ON) {
      let isPassed = false;
      process.on(signal, () => {
        if (isPassed || (hasTerminal && signal === 'SIGINT')) return;
        isPassed = true;
        child.kill(signal);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : (os.constants.signals[signal] ?? 0)));
    });
  });
}

/**
 * Runs one of our TypeScript programs under Node 24.
 * @param {string} script full path
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export function runInNode(script, args, options = {}) {
  return runToTheEnd(nodeForCore(), [script, ...args], options);
}

/**
 * The folder in which a person called the command: npm runs its scripts in the project's folder and notes
 * the other.
 * @param {string} script the npm script that this is
 */
export function callersFolder(script) {
  const isFromNpm = process.env.npm_lifecycle_event === script && path.relative(ROOT, process.cwd()) === '';
  return isFromNpm ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();
}
