import type { Random } from '../math/random.ts';
import { drawNoise } from './noiseField.ts';

/** What is drawn: four kinds of tissue that a newcomer can tell apart too. */
export const SAMPLE_CLASSES = ['adipose', 'lymphocytes', 'stroma', 'tumour'] as const;
export type SampleClass = (typeof SAMPLE_CLASSES)[number];

/** How much of the two dyes each pixel holds: `[side, side]` float32, 0 none, 1 full. */
export interface Tissue {
  /** Blue-violet, in nuclei. */
  readonly hematoxylin: Float32Array;
  /** Pink, in fibres and cell bodies. */
  readonly eosin: Float32Array;
}

interface Nucleus {
  readonly x: number;
  readonly y: number;
  readonly long: number;
  readonly short: number;
  readonly angle: number;
  readonly strength: number;
}

/** Draws one kind of tissue on `side` × `side` pixels. */
export function drawTissue(random: Random, kind: SampleClass, side: number): Tissue {
  switch (kind) {
    case 'adipose':
      return drawAdipose(random, side);
    case 'lymphocytes':
      return drawLymphocytes(random, side);
    case 'stroma':
      return drawStroma(random, side);
    case 'tumour':
      return drawTumour(random, side);
  }
}

/** Blends a second tissue in along an uneven border; `share` is about the part it takes. */
export function blendTissue(
  random: Random,
  first: Tissue,
  second: Tissue,
  side: number,
  share: number,
): void {
  const size = between(random, 50, 90);
  const border = drawNoise(random, side, { along: size, across: size, angle: 0 });
  for (let i = 0; i < border.length; i++) {
    const weight = clamp((share - border[i]!) / 0.08 + 0.5);
    first.hematoxylin[i]! += (second.hematoxylin[i]! - first.hematoxylin[i]!) * weight;
    first.eosin[i]! += (second.eosin[i]! - first.eosin[i]!) * weight;
  }
}

function drawStroma(random: Random, side: number): Tissue {
  const angle = random.next() * Math.PI;
  const fibres = drawNoise(random, side, {
    along: between(random, 40, 80),
    across: between(random, 4, 8),
    angle,
  });
  const waves = drawNoise(random, side, { along: 30, across: 12, angle: angle + random.normal() * 0.2 });
  const eosin = fibres.map((value, i) => 0.25 + 0.5 * value + 0.25 * waves[i]!);
  const hematoxylin = new Float32Array(side * side).fill(0.04);
  for (let n = Math.round(between(random, 8, 45)); n > 0; n--) {
    const short = between(random, 1.4, 2.8);
    const tilt = angle + random.normal() * 0.25;
    drawNucleus(random, hematoxylin, side, placeNucleus(random, side, short, between(random, 2, 4.5), tilt));
  }
  return { hematoxylin, eosin };
}

function drawTumour(random: Random, side: number): Tissue {
  const cell = between(random, 12, 22);
  const bodies = drawNoise(random, side, { along: cell, across: cell, angle: random.next() });
  const eosin = bodies.map((value) => 0.2 + 0.45 * value);
  const hematoxylin = bodies.map((value) => 0.1 + 0.12 * value);
  const size = between(random, 3.6, 6.2);
  const crowding = between(random, 0.25, 0.6);
  for (let n = Math.round((crowding * side * side) / (Math.PI * size * size)); n > 0; n--) {
    const short = Math.max(2, size + random.normal() * size * 0.25);
    const nucleus = placeNucleus(random, side, short, between(random, 1, 1.9), random.next() * Math.PI);
    drawNucleus(random, hematoxylin, side, { ...nucleus, strength: nucleus.strength * 0.85 });
  }
  return { hematoxylin, eosin };
}

function drawLymphocytes(random: Random, side: number): Tissue {
  const ground = drawNoise(random, side, { along: 14, across: 14, angle: random.next() });
  const eosin = ground.map((value) => 0.1 + 0.25 * value);
  const hematoxylin = ground.map((value) => 0.08 + 0.08 * value);
  const size = between(random, 2.8, 3.9);
  const crowding = between(random, 0.3, 0.75);
  for (let n = Math.round((crowding * side * side) / (Math.PI * size * size)); n > 0; n--) {
    const short = Math.max(1.8, size + random.normal() * 0.3);
    drawNucleus(
      random,
      hematoxylin,
      side,
      placeNucleus(random, side, short, between(random, 1, 1.25), random.next()),
    );
  }
  return { hematoxylin, eosin };
}

/** Fat: empty cells with thin walls, the borders between the nearest and second nearest of random centres. */
function drawAdipose(random: Random, side: number): Tissue {
  const spacing = between(random, 26, 52);
  const count = Math.round((1.6 * side) / spacing) ** 2;
  const centersX = Float64Array.from({ length: count }, () => (random.next() * 1.4 - 0.2) * side);
  const centersY = Float64Array.from({ length: count }, () => (random.next() * 1.4 - 0.2) * side);
  const wall = between(random, 1.5, 4.5);
  const eosin = new Float32Array(side * side);
  const hematoxylin = new Float32Array(side * side);
  const grain = drawNoise(random, side, { along: 9, across: 9, angle: 0 });
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let nearest = Infinity;
      let second = Infinity;
      for (let center = 0; center < count; center++) {
        const dx = x - centersX[center]!;
        const dy = y - centersY[center]!;
        const distance = dx * dx + dy * dy;
        if (distance < nearest) {
          second = nearest;
          nearest = distance;
        } else if (distance < second) {
          second = distance;
        }
      }
      const gap = Math.sqrt(second) - Math.sqrt(nearest);
      const at = y * side + x;
      eosin[at] = 0.02 + 0.6 * clamp(1 - gap / (2 * wall)) * (0.6 + 0.6 * grain[at]!);
    }
  }
  for (let n = Math.round(between(random, 0, 14)); n > 0; n--) {
    const nucleus = placeNucleus(
      random,
      side,
      between(random, 1.4, 2.6),
      between(random, 1.3, 2.6),
      random.next() * 3,
    );
    drawNucleus(random, hematoxylin, side, nucleus);
  }
  return { hematoxylin, eosin };
}

function placeNucleus(random: Random, side: number, short: number, stretch: number, angle: number): Nucleus {
  return {
    x: random.next() * side,
    y: random.next() * side,
    short,
    long: short * stretch,
    angle,
    strength: between(random, 0.65, 1),
  };
}

/** A soft-edged ellipse, darker at its rim, with coarse chromatin; nuclei that overlap do not add up. */
function drawNucleus(
  random: Random,
  field: Float32Array,
  side: number,
  { x, y, long, short, angle, strength }: Nucleus,
): void {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const phase = random.next() * 6;
  const reach = Math.ceil(long + 2);
  for (let py = Math.max(0, Math.floor(y - reach)); py <= Math.min(side - 1, y + reach); py++) {
    for (let px = Math.max(0, Math.floor(x - reach)); px <= Math.min(side - 1, x + reach); px++) {
      const u = ((px - x) * cos + (py - y) * sin) / long;
      const v = ((py - y) * cos - (px - x) * sin) / short;
      const distance = Math.sqrt(u * u + v * v);
      if (distance > 1.25) continue;
      const chromatin = 1 + 0.18 * Math.sin(px * 1.7 + phase) * Math.sin(py * 1.9 + phase);
      const rim = 0.82 + 0.18 * distance;
      const value = strength * rim * chromatin * clamp((1.15 - distance) * short * 0.8);
      const at = py * side + px;
      if (value > field[at]!) field[at] = value;
    }
  }
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}

export function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
