import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { makeTemporaryFolder } from '../support/temporary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it.skipIf(process.platform === 'win32')(
  'a signal to npm alone reaches the command that npm runs',
  async () => {
    const folder = await makeTemporaryFolder();
    const npm = spawn('npm', ['run', '--silent', 'fovea', '--', 'serve', '--json'], {
      cwd: ROOT,
      env: { ...process.env, FOVEA_USER_DATA: path.join(folder, 'user-data') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(npm, 'close');
    let pid = npm.pid!;
    onTestFinished(async () => {
      // Without its parents the command would go on for ever.
      if (npm.exitCode === null && npm.signalCode === null) process.kill(pid, 'SIGTERM');
      await ended;
    });
    const [line] = (await once(npm.stdout, 'data')) as [Buffer];
    ({ pid } = JSON.parse(line.toString()) as { pid: number });
    npm.kill('SIGINT');
    // A shell between npm and the command would keep the signal to itself until the command ends, which is never.
    expect(await ended).toEqual([0, null]);
  },
);
