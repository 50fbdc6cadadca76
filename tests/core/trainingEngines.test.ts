import { describe, expect, it } from 'vitest';
import {
  checkKnownAnswers,
  loadEngine,
  type EngineCandidate,
  type OpenEngine,
  type Tf,
} from '../../src/main/core/training/engines.ts';
import { FoveaError } from '../../src/shared/errors.ts';
import type { EngineName } from '../../src/shared/training.ts';
import { presentEngines } from '../support/engines.ts';

const wasm = await loadEngine('wasm');

/** A machine's engine that opens as `open` says; the mathematics behind it is real. */
function candidate(name: EngineName, open: () => OpenEngine): EngineCandidate {
  return { name, todo: `Install ${name}.`, open: () => Promise.resolve().then(open) };
}

const works = (name: EngineName) =>
  candidate(name, () => ({ tf: wasm.tf, info: { name, version: '1', device: 'cpu' } }));
const isMissing = (name: EngineName, why: string) =>
  candidate(name, () => {
    throw new FoveaError('unsupported', why);
  });

/** TensorFlow.js whose products are wrong, as after a bad build or on a broken GPU. */
function miscounting(tf: Tf): Tf {
  const matMul: Tf['matMul'] = (...factors) => tf.add(tf.matMul(...factors), 0.01);
  return new Proxy(tf, { get: (target, key) => (key === 'matMul' ? matMul : Reflect.get(target, key)) });
}

describe('choosing an engine', () => {
  it('takes the best one that works and remembers why better ones were passed over', async () => {
    const broken = candidate('tfjs-node', () => ({
      tf: miscounting(wasm.tf),
      info: { name: 'tfjs-node', version: '1', device: 'cpu' },
    }));
    const chosen = await loadEngine('auto', [
      isMissing('tfjs-node-gpu', 'No NVIDIA GPU with its driver was found.'),
      broken,
      works('wasm'),
    ]);
    expect(chosen.info.name).toBe('wasm');
    expect(chosen.skipped.map(({ name }) => name)).toEqual(['tfjs-node-gpu', 'tfjs-node']);
    expect(chosen.skipped[0]?.why).toBe('No NVIDIA GPU with its driver was found.');
    expect(chosen.skipped[1]?.why).toMatch(/self-check failed/);
  });

  it('prefers the GPU, then the native library', async () => {
    const all = [works('tfjs-node-gpu'), works('tfjs-node'), works('wasm')];
    expect((await loadEngine('auto', all)).info.name).toBe('tfjs-node-gpu');
    expect((await loadEngine('auto', all.slice(1))).info.name).toBe('tfjs-node');
  });

  it('takes a forced engine although a better one works', async () => {
    const chosen = await loadEngine('wasm', [works('tfjs-node'), works('wasm')]);
    expect(chosen.info.name).toBe('wasm');
    expect(chosen.skipped).toEqual([]);
  });

  it('refuses a forced engine that is not usable, with reason and remedy', async () => {
    const forced = loadEngine('tfjs-node-gpu', [
      isMissing('tfjs-node-gpu', 'There is no driver.'),
      works('wasm'),
    ]);
    await expect(forced).rejects.toMatchObject({
      code: 'unsupported',
      subject: 'tfjs-node-gpu',
      message: expect.stringContaining('There is no driver.') as string,
      todo: 'Install tfjs-node-gpu.',
    });
  });

  it('says of every engine why it cannot be used when none can', async () => {
    const none = loadEngine('auto', [
      isMissing('tfjs-node', 'Not installed.'),
      isMissing('wasm', 'No files.'),
    ]);
    await expect(none).rejects.toThrow(/tfjs-node: Not installed. wasm: No files./);
  });
});

describe('this machine', () => {
  it('always has wasm', () => {
    expect(presentEngines).toContain('wasm');
  });

  it.each(presentEngines)('%s knows the answers and names itself', async (name) => {
    const { tf, info } = await loadEngine(name);
    const before = tf.memory().numTensors;
    checkKnownAnswers(tf);
    expect(tf.memory().numTensors).toBe(before);
    expect(info).toMatchObject({ name, version: expect.stringMatching(/^\d+\.\d+/) as string });
    expect(info.device).not.toBe('');
  });

  it.skipIf(presentEngines.includes('tfjs-node-gpu'))(
    'says why its GPU engine cannot be used, and how to get it',
    async () => {
      const forced = loadEngine('tfjs-node-gpu');
      await expect(forced).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringMatching(/tfjs-node-gpu: \S/) as string,
        todo: expect.stringMatching(/driver/) as string,
      });
      const { skipped } = await loadEngine('auto');
      expect(skipped[0]).toMatchObject({ name: 'tfjs-node-gpu', why: expect.stringMatching(/\S/) as string });
    },
  );

  it('notices an engine that miscounts', () => {
    expect(() => checkKnownAnswers(miscounting(wasm.tf))).toThrow(/self-check failed/);
  });
});
