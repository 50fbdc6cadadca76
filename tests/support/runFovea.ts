import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main/cli/main.ts', import.meta.url));

export interface FoveaRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON object of `--json`. */
  readonly json: () => Record<string, unknown>;
}

/** Runs `fovea` as a person does, in a process of its own. @param interruptAfterMs sends Ctrl+C then. */
export function runFovea(
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; interruptAfterMs?: number; cwd?: string } = {},
): Promise<FoveaRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ...options.env },
      cwd: options.cwd ?? path.dirname(main),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    const timer =
      options.interruptAfterMs === undefined
        ? undefined
        : setTimeout(() => child.kill('SIGINT'), options.interruptAfterMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      const json = (): Record<string, unknown> => {
        const lines = stdout.trim().split('\n');
        if (lines.length !== 1)
          throw new Error(`Standard output held ${lines.length} lines:\n${stdout}\n${stderr}`);
        return JSON.parse(lines[0]!) as Record<string, unknown>;
      };
      resolve({ code, stdout, stderr, json });
    });
  });
}
