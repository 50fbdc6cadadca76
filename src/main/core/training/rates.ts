import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { FeatureSpec } from '../../../shared/backbones.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { userDataFolder } from '../library/settings.ts';

/** What this machine was measured to do. */
const RatesSchema = v.object({
  /** Images whose features were computed, by backbone, width and resolution. */
  features: v.record(v.string(), v.object({ images: v.number(), seconds: v.number() })),
  /** The last trainings of each kind of recipe. */
  heads: v.record(
    v.string(),
    v.array(v.object({ work: v.number(), seconds: v.number(), evaluation: v.number() })),
  ),
});
export type Rates = v.InferOutput<typeof RatesSchema>;

/** Fewer images say more about the start of the processes than about the network. */
const LEAST_IMAGES = 40;
const KEPT_TRAININGS = 8;

const ratesFile = (): string => path.join(userDataFolder(), 'rates.json');

/** What was measured on this machine so far; nothing where that cannot be read. */
export function readRates(): Rates {
  try {
    const parsed = v.safeParse(RatesSchema, JSON.parse(readFileSync(ratesFile(), 'utf8')));
    if (parsed.success) return parsed.output;
  } catch {
    // Nothing was measured yet.
  }
  return { features: {}, heads: {} };
}

export const featureRateKey = ({ backbone, width, resolution }: FeatureSpec): string =>
  `${backbone}-${width}-${resolution}`;

/** Remembers how long the features of so many images took, reading and decoding included. */
export async function noteFeatureRate(spec: FeatureSpec, images: number, seconds: number): Promise<void> {
  if (images < LEAST_IMAGES || !(seconds > 0)) return;
  const rates = readRates();
  rates.features[featureRateKey(spec)] = { images, seconds };
  await save(rates);
}

/** Remembers how long a training took after its features; `work` is proportional to what it had to do. */
export async function noteHeadRate(
  kind: string,
  measured: { readonly work: number; readonly seconds: number; readonly evaluation: number },
): Promise<void> {
  const rates = readRates();
  rates.heads[kind] = [measured, ...(rates.heads[kind] ?? [])].slice(0, KEPT_TRAININGS);
  await save(rates);
}

/** Failing to remember is no reason to fail. */
async function save(rates: Rates): Promise<void> {
  await writeFileAtomic(ratesFile(), JSON.stringify(rates)).catch(() => undefined);
}
