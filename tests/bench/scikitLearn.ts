import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ClassFeatures } from '../support/classFeatures.ts';
import { say } from './benchmark.ts';

const SCRIPT = fileURLToPath(new URL('../reference/fitMlp.py', import.meta.url));
/** Both cores of the machine that the targets are set for. */
const THREADS = '2';

/** A way to time scikit-learn again and again on the same files. */
export interface ScikitLearn {
  /** Milliseconds of `fit` alone, and accuracy on the other rows; null where it cannot be run. */
  fit(): Promise<{ readonly ms: number; readonly accuracy: number } | null>;
  cleanUp(): Promise<void>;
}

/**
 * scikit-learn's MLPClassifier (128-64) on the first `train` rows of a set, by the Python named in `FOVEA_PYTHON` or
 * `python3`. Where it is missing this is said, and no figure is made up.
 */
export async function prepareScikitLearn(set: ClassFeatures, train: number): Promise<ScikitLearn> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fovea-mlp-'));
  const [features, labels] = [path.join(folder, 'features.f32'), path.join(folder, 'labels.i32')];
  await writeFile(features, set.features);
  await writeFile(labels, set.labels);
  const python = process.env['FOVEA_PYTHON'] ?? 'python3';
  const env = { ...process.env, OPENBLAS_NUM_THREADS: THREADS, OMP_NUM_THREADS: THREADS };
  const args = [SCRIPT, features, labels, String(set.inputs), String(train), '10', '32'];
  return {
    async fit() {
      try {
        const { stdout } = await promisify(execFile)(python, args, { env });
        const { seconds, accuracy } = JSON.parse(stdout) as { seconds: number; accuracy: number };
        return { ms: 1000 * seconds, accuracy };
      } catch (error) {
        say(`scikit-learn cannot be run by ${python}: ${String(error).split('\n').at(-2) ?? ''}`);
        return null;
      }
    },
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  };
}
