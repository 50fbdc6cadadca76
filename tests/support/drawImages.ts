import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { createRandom, hashToSeed } from '../../src/main/core/math/random.ts';

/** How pictures of one class look: base colour and how fine their pattern is. */
const LOOKS = [
  { color: [190, 90, 140], fineness: 3 },
  { color: [90, 110, 190], fineness: 9 },
  { color: [210, 190, 110], fineness: 5 },
  { color: [100, 160, 110], fineness: 14 },
] as const;

/** A wavy picture, RGB `[height, width, 3]`: the same for the same seed, alike for the same look. */
export function drawPicture(seed: number, width: number, height: number, look = seed % 4): Uint8Array {
  const random = createRandom(hashToSeed(`picture ${seed} ${look}`));
  const { color, fineness } = LOOKS[look]!;
  const waves = Array.from({ length: 6 }, () => ({
    phase: random.next() * 6,
    across: (0.5 + random.next()) * fineness,
    down: (0.5 + random.next()) * fineness,
  }));
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let value = random.next() * 6;
        for (const { phase, across, down } of waves.slice(channel * 2, channel * 2 + 2)) {
          value += 28 * Math.sin(phase + (across * x) / width + (down * y) / height);
        }
        rgb[(y * width + x) * 3 + channel] = Math.max(0, Math.min(255, color[channel]! + value));
      }
    }
  }
  return rgb;
}

/** Raw pixels as a picture that sharp can write in any format. */
export function openRaw(rgb: Uint8Array, width: number, height: number, channels: 1 | 3 | 4 = 3): Sharp {
  return sharp(rgb, { raw: { width, height, channels } });
}

/** A drawn PNG; four looks (0 to 3) can be told apart by a classifier. */
export function drawTestImage(seed: number, look = seed % 4, side = 48): Promise<Buffer> {
  return openRaw(drawPicture(seed, side, side, look), side, side)
    .png()
    .toBuffer();
}

/** Writes `count` different PNGs of one look into a folder, `P1_0.png`, `P2_1.png`, `P3_2.png`, `P1_3.png` … */
export async function drawTestImages(folder: string, count: number, look = 0, side = 48): Promise<void> {
  await drawSeries(folder, count, { first: look * 100_000, look, side });
}

/** Writes one folder for each class, with so many PNGs: `{ Tumour: 12, Stroma: 9 }`. */
export async function drawClassFolders(
  folder: string,
  counts: Readonly<Record<string, number>>,
  side = 48,
): Promise<void> {
  for (const [index, [name, count]] of Object.entries(counts).entries()) {
    // More than four classes share looks, never contents.
    await drawSeries(path.join(folder, name), count, { first: index * 100_000, look: index % 4, side });
  }
}

async function drawSeries(
  folder: string,
  count: number,
  { first, look, side }: { first: number; look: number; side: number },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let number = 0; number < count; number++) {
    const file = path.join(folder, `P${(number % 3) + 1}_${number}.png`);
    await writeFile(file, await drawTestImage(first + number, look, side));
  }
}

/** Mean absolute difference of two pictures of one size; infinite when they are not of one size. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
