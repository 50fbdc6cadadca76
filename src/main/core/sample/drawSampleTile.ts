import { createRandom, hashToSeed } from '../math/random.ts';
import { applyStain, drawStain } from './stain.ts';
import { between, blendTissue, drawTissue, SAMPLE_CLASSES, type SampleClass } from './tissue.ts';

/** Side of a sample picture in pixels. */
export const SAMPLE_SIDE = 150;

/** How many pictures hold a second tissue too, and at most how much of it: borders are where readers differ. */
const MIXED = 0.35;
const MOST_FOREIGN = 0.48;

/** Draws one picture of the sample, RGB `[150, 150, 3]` uint8: the same for the same seed, patient and number. */
export function drawSampleTile(seed: number, patient: number, kind: SampleClass, number: number): Uint8Array {
  const stain = drawStain(createRandom(hashToSeed(`${seed}/patient ${patient}`)));
  const random = createRandom(hashToSeed(`${seed}/patient ${patient}/${kind} ${number}`));
  const tissue = drawTissue(random, kind, SAMPLE_SIDE);
  if (random.next() < MIXED) {
    const others = SAMPLE_CLASSES.filter((other) => other !== kind);
    const second = drawTissue(random, others[random.int(others.length)]!, SAMPLE_SIDE);
    blendTissue(random, tissue, second, SAMPLE_SIDE, between(random, 0.2, MOST_FOREIGN));
  }
  return applyStain(random, tissue, stain, SAMPLE_SIDE);
}
