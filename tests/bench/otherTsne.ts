import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { say } from './benchmark.ts';

const SCRIPT = fileURLToPath(new URL('../reference/fitTsne.py', import.meta.url));
/** Both cores of the machine that the targets are set for. */
const THREADS = '2';

export interface OtherMap {
  readonly seconds: number;
  /** `[n, 2] float32` */
  readonly positions: Float32Array;
}

/**
 * Another program's t-SNE of `[n, dims] float32` on two threads with its defaults, by the Python named in `FOVEA_PYTHON`
 * or `python3`. null, which is said, where it cannot be run: no figure is made up.
 */
export async function fitOther(
  program: 'openTSNE' | 'scikit-learn',
  folder: string,
  points: Float32Array,
  dims: number,
): Promise<OtherMap | null> {
  const [from, to] = [path.join(folder, 'points.f32'), path.join(folder, 'map.f32')];
  await writeFile(from, points);
  const python = process.env['FOVEA_PYTHON'] ?? 'python3';
  const threads = { OMP_NUM_THREADS: THREADS, OPENBLAS_NUM_THREADS: THREADS, NUMBA_NUM_THREADS: THREADS };
  const args = [SCRIPT, program, from, String(points.length / dims), String(dims), to, THREADS];
  try {
    const { stdout } = await promisify(execFile)(python, args, { env: { ...process.env, ...threads } });
    const { seconds, version } = JSON.parse(stdout) as { seconds: number; version: string };
    say(`${program} ${version}: ${seconds.toFixed(1)} s for ${points.length / dims} points`);
    const bytes = await readFile(to);
    return { seconds, positions: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) };
  } catch (error) {
    say(`${program} cannot be run by ${python}: ${String(error).trim().split('\n').at(-1) ?? ''}`);
    return null;
  }
}
