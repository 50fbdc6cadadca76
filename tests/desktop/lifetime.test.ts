import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { desktopCommand, describeDesktop, openDesktop, type Desktop } from '../support/desktop.ts';
import { isAlive } from '../support/processes.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe(...describeDesktop('the window and its core'), () => {
  it('stay together: a killed core comes back with its library under the same window', async () => {
    const desktop = await open();
    const { page } = desktop;
    const library = path.join(await makeTemporaryFolder(), 'kept.fovea');
    await page.evaluate(async (folder) => {
      await fetch('/api/library/open', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ path: folder, create: true }),
      });
      const state = Object.assign(window, { heard: 0, marked: true });
      new EventSource('/api/events').onmessage = () => (state.heard += 1);
    }, library);
    const heard = (): Promise<number> => page.evaluate(() => (window as unknown as { heard: number }).heard);
    await expect.poll(heard).toBeGreaterThan(0);
    const before = await heard();
    const killed = await corePid(desktop);
    process.kill(killed, 'SIGKILL');

    expect(await corePid(desktop)).not.toBe(killed);
    // The browser reconnects after three seconds.
    await expect.poll(heard, { timeout: 15_000 }).toBeGreaterThan(before);
    const open_ = await page.evaluate(async () => {
      const { open: now } = (await (await fetch('/api/library')).json()) as { open: unknown };
      return JSON.stringify(now);
    });
    expect(open_).toContain('kept');
    expect(await page.evaluate(() => 'marked' in window)).toBe(true);
  });

  it('end together: closed, the core has left before the program ends; killed, right after', async () => {
    const closed = await open();
    const first = await corePid(closed);
    await closed.app.close();
    expect(isAlive(first)).toBe(false);

    const killed = await open();
    const second = await corePid(killed);
    killed.app.process().kill('SIGKILL');
    await expect.poll(() => isAlive(second)).toBe(false);
  });

  it('start with the folder they are given, and are one per person: a second start hands its folder to the first and ends', async () => {
    const first = path.join(await makeTemporaryFolder(), 'first pictures');
    await mkdir(first);
    const desktop = await open([`--import=${first}`]);
    await expect
      .poll(() => desktop.page.getByRole('dialog').locator('input').first().inputValue())
      .toBe(first);
    await desktop.page.evaluate(() => {
      window.fovea?.onCommand((command) => Object.assign(window, { command }));
    });
    const folder = path.join(await makeTemporaryFolder(), 'more pictures');
    await mkdir(folder);
    const { executable, args, env } = desktopCommand({
      userData: desktop.userData,
      args: [`--import=${folder}`],
    });
    const second = spawn(executable, args, { env, stdio: 'ignore' });
    const code = await new Promise((resolve) => second.once('exit', resolve));
    expect(code).toBe(0);
    await expect
      .poll(() => desktop.page.evaluate(() => (window as unknown as { command?: object }).command))
      .toEqual({ type: 'import-folder', folder });
  });
});

async function open(args: readonly string[] = []): Promise<Desktop> {
  const desktop = await openDesktop(args);
  onTestFinished(() => desktop.close());
  return desktop;
}

function corePid({ page }: Desktop): Promise<number> {
  return page.evaluate(async () => {
    const { pid } = (await (await fetch('/api/health')).json()) as { pid: number };
    return pid;
  });
}
