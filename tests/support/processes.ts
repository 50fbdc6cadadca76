import { readFileSync } from 'node:fs';

/** Whether a process runs. A dead one whose new parent has not asked how it ended (state Z) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
