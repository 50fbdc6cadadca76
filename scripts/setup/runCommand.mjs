import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Result
 * @property {number | null} code exit code; null when it could not start or a signal ended it
 * @property {string} stdout
 * @property {string} stderr
 * @property {boolean} timedOut
 */

/**
 * Runs a program without a shell and collects what it prints. Never throws: look at `code`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<Result>}
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, options.timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    const finish = (/** @type {number | null} */ code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, timedOut });
    };
    child.once('error', (error) => {
      stderr += error.message;
      finish(null);
    });
    child.once('close', finish);
  });
}

/**
 * Like runCommand, but throws when the program fails: the message holds the end of what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<Result>}
 */
export async function runOrThrow(command, args, options = {}) {
  const result = await runCommand(command, args, options);
  if (result.code === 0) return result;
  const how = result.timedOut ? 'took too long' : `failed (${result.code ?? 'could not run'})`;
  const printed = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-12).join('\n');
  throw new Error(`${path.basename(command)} ${args.slice(0, 3).join(' ')} ${how}: ${printed}`);
}

/**
 * How to run npm without a shell: the npm that runs us, or the one that came with this Node.
 * @returns {{ command: string, before: string[] }}
 */
export function findNpm() {
  const nextToNode = path.dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    path.join(nextToNode, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(nextToNode, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  for (const script of candidates) {
    if (script?.endsWith('npm-cli.js') && existsSync(script)) {
      return { command: process.execPath, before: [script] };
    }
  }
  return { command: 'npm', before: [] };
}

/**
 * The first of the commands that answers, or null.
 * @param {readonly (readonly [string, ...string[]])[]} commands each with the arguments that make it answer
 */
export async function firstThatRuns(commands) {
  for (const command of commands) {
    const [name, ...args] = command;
    if ((await runCommand(name, args, { timeoutMs: 20_000 })).code === 0) return command;
  }
  return null;
}
