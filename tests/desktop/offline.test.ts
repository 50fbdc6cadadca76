import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeDesktop, desktopCommand } from '../support/desktop.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

/** A network namespace of its own, so that even an attempt goes nowhere; only root may make one. */
const isolation = spawnSync('unshare', ['-n', 'true']).status === 0 ? ['unshare', '-n'] : [];
const hasStrace = spawnSync('strace', ['-f', '-o', os.devNull, 'true']).status === 0;
/** Chromium asks the kernel for a route to this address to learn whether there is IPv6; nothing is sent. */
const ROUTE_PROBE = '2001:4860:4860::8888';

describe(...describeDesktop('the whole program, watched by the kernel'), () => {
  it.skipIf(!hasStrace)('would be seen asking for another place', async () => {
    const script = `fetch('http://192.0.2.1/').catch(() => 0); require('dns').lookup('fovea.invalid', () => 0); setTimeout(process.exit, 1000)`;
    const seen = await watch(process.execPath, ['-e', script], process.env, /192\.0\.2\.1/);
    expect(seen.outside).toContain('192.0.2.1');
    expect(seen.outside.length).toBeGreaterThan(1);
  });

  it.skipIf(!hasStrace)('asks nobody: no connection and no name, from start to welcome', async () => {
    const userData = await makeTemporaryFolder();
    const { executable, args, env } = desktopCommand({ userData });
    const seen = await watch(executable, args, env, /core\.sock/);
    // The core answered on its socket: the program was really there to be watched.
    expect(seen.local).toMatch(/fovea-\d+-\w+\/core\.sock/);
    expect(seen.outside).toEqual([]);
  });
});

interface Seen {
  /** Addresses outside this machine that were connected or sent to. */
  readonly outside: string[];
  /** The calls to sockets of this machine. */
  readonly local: string;
}

/** Runs a program under strace until it has made a certain call and a while longer, then ends it and reads the trace. */
async function watch(
  executable: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  untilCall: RegExp,
): Promise<Seen> {
  const trace = path.join(await makeTemporaryFolder(), 'trace');
  const calls = 'trace=connect,sendto,sendmsg,sendmmsg';
  const [command, ...rest] = [
    ...isolation,
    'strace',
    '-f',
    '-qq',
    '-o',
    trace,
    '-e',
    calls,
    executable,
    ...args,
  ];
  const child = spawn(command ?? '', rest, { env, stdio: 'ignore', detached: true });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await expect.poll(() => readFile(trace, 'utf8'), { timeout: 40_000, interval: 200 }).toMatch(untilCall);
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 4000))]);
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await ended;
  const lines = (await readFile(trace, 'utf8')).split('\n');
  const addresses = lines.flatMap(
    (line) => /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(line) ?? [],
  );
  const asked = addresses.filter((address) => address !== undefined && /^[\da-f.:]+$/i.test(address));
  return {
    outside: asked.filter((address) => !/^127\.|^::1$/.test(address) && address !== ROUTE_PROBE),
    local: lines.filter((line) => line.includes('AF_UNIX')).join('\n'),
  };
}
