import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CoreExit } from '../../src/main/host/coreProcess.ts';
import { createSocketFetch } from '../../src/main/host/socketFetch.ts';
import { startCore, type CoreHandle, type StartCoreOptions } from '../../src/main/host/startCore.ts';
import { isAlive } from '../support/processes.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const START_CORE = fileURLToPath(new URL('../../src/main/host/startCore.ts', import.meta.url));

describe('a core', () => {
  it('listens on a private socket, answers with its token only, and leaves nothing behind', async () => {
    const core = await start({ restart: false });
    expect(statSync(path.dirname(core.socketPath)).mode & 0o777).toBe(0o700);
    expect(statSync(core.socketPath).mode & 0o077).toBe(0);
    expect(core.token).toHaveLength(43);
    expect(await readHealth(core)).toMatchObject({ ok: true, pid: core.pid });

    for (const wrong of ['', 'x', `${core.token}x`, core.token.toLowerCase()]) {
      const answer = await createSocketFetch(core.socketPath, wrong)('/api/health');
      expect(answer.status).toBe(401);
    }
    await core.close();
    expect(isAlive(core.pid)).toBe(false);
    expect(existsSync(path.dirname(core.socketPath))).toBe(false);
  });

  it('is started anew when it is killed, with another socket and token and the same library', async () => {
    const exits: (CoreExit & { willRestart: boolean })[] = [];
    const core = await start({ restart: true, onExit: (exit) => exits.push(exit) });
    const library = path.join(await makeTemporaryFolder(), 'kept.fovea');
    expect(await open(core, library)).toBe(200);
    const { pid, token, socketPath } = core;

    process.kill(pid, 'SIGKILL');
    // Asked at once: the caller notices nothing but a delay.
    const health = await readHealth(core);
    expect(health.pid).not.toBe(pid);
    expect(exits).toEqual([{ pid, code: null, signal: 'SIGKILL', willRestart: true }]);
    expect(core.token).not.toBe(token);
    expect(core.socketPath).not.toBe(socketPath);
    expect(existsSync(path.dirname(socketPath))).toBe(false);
    const described = (await (await core.fetch('/api/library')).json()) as { open: { path?: string } | null };
    expect(JSON.stringify(described.open)).toContain('kept');
  });

  it('is not started a sixth time within a minute; then calls say so at once', async () => {
    const exits: boolean[] = [];
    const core = await start({ restart: true, onExit: ({ willRestart }) => exits.push(willRestart) });
    for (let death = 1; death <= 6; death++) {
      const { pid } = (await readHealth(core)) as { pid: number };
      process.kill(pid, 'SIGKILL');
      await until(() => exits.length === death);
    }
    expect(exits).toEqual([true, true, true, true, true, false]);
    const answer = await core.fetch('/api/health', { method: 'POST' });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'disconnected' });
  });

  it('leaves within two seconds when its parent is killed without a word', async () => {
    const folder = await makeTemporaryFolder();
    const script = path.join(folder, 'parent.ts');
    await writeFile(
      script,
      `import { startCore } from ${JSON.stringify(START_CORE)};
       const core = await startCore({ restart: true });
       console.log(JSON.stringify({ pid: core.pid }));
       setInterval(() => {}, 1000);`,
    );
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const line = await new Promise<string>((resolve) => {
      createInterface({ input: parent.stdout }).once('line', resolve);
    });
    const { pid } = JSON.parse(line) as { pid: number };
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid), 2000);
  });

  it('that cannot start says why, with the end of its log', async () => {
    const folder = await makeTemporaryFolder();
    const broken = path.join(folder, 'broken.ts');
    await writeFile(broken, `console.error('the disk is on fire'); process.exit(7);`);
    await expect(startCore({ restart: true, entry: broken })).rejects.toMatchObject({
      code: 'disconnected',
      todo: expect.stringMatching(/exit code 7[\s\S]*the disk is on fire/) as string,
    });
    const silent = path.join(folder, 'silent.ts');
    await writeFile(silent, `setInterval(() => {}, 1000);`);
    await expect(startCore({ restart: true, entry: silent, readyTimeoutMs: 700 })).rejects.toMatchObject({
      code: 'disconnected',
      todo: expect.stringContaining('silent for 0.7 s') as string,
    });
    await expect(startCore({ restart: true, nodePath: path.join(folder, 'none') })).rejects.toMatchObject({
      code: 'disconnected',
      todo: expect.stringContaining('Node could not be run') as string,
    });
  });
});

async function start(options: StartCoreOptions): Promise<CoreHandle> {
  const userData = await makeTemporaryFolder();
  const core = await startCore({ ...options, env: { FOVEA_USER_DATA: userData } });
  onTestFinished(() => core.close());
  return core;
}

async function readHealth(core: CoreHandle): Promise<{ ok: boolean; pid: number }> {
  return (await (await core.fetch('/api/health')).json()) as { ok: boolean; pid: number };
}

async function open(core: CoreHandle, library: string): Promise<number> {
  const body = JSON.stringify({ path: library, create: true });
  const headers = { 'content-type': 'application/json' };
  return (await core.fetch('/api/library/open', { method: 'POST', headers, body })).status;
}

async function until(isSo: () => boolean, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`Still not so after ${withinMs} ms: ${String(isSo)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
