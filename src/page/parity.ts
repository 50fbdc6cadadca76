import type { ClassifierClient } from './classifierClient.ts';

/** What the studio said about the pictures that came with the page: `parity/parity.json`. */
interface ParitySet {
  readonly images: readonly { readonly file: string; readonly probabilities: readonly number[] }[];
}

export interface ParityResult {
  readonly images: number;
  /** Largest difference of any probability. */
  readonly maxDifference: number;
  /** For how many pictures the top class is the same. */
  readonly sameTop: number;
}

/** Largest difference that rounding explains; more means that something is computed differently. */
export const TOLERANCE = 1e-3;

/** Classifies the parity set and compares it with the studio. Throws with a sentence when a file is missing. */
export async function checkParity(
  classifier: ClassifierClient,
  base: string,
  onProgress: (done: number, total: number) => void,
): Promise<ParityResult> {
  const set = (await (await fetchFile(base, 'parity/parity.json')).json()) as ParitySet;
  let maxDifference = 0;
  let sameTop = 0;
  let done = 0;
  for (const { file, probabilities: expected } of set.images) {
    const picture = await (await fetchFile(base, `parity/${file}`)).blob();
    const { probabilities } = await classifier.classify(picture, false);
    expected.forEach((value, index) => {
      maxDifference = Math.max(maxDifference, Math.abs(value - (probabilities[index] ?? NaN)));
    });
    if (indexOfHighest(probabilities) === indexOfHighest(expected)) sameTop += 1;
    onProgress(++done, set.images.length);
  }
  return { images: set.images.length, maxDifference, sameTop };
}

export function hasPassed(result: ParityResult): boolean {
  return result.images > 0 && result.maxDifference <= TOLERANCE && result.sameTop === result.images;
}

export function indexOfHighest(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if (values[index]! > values[best]!) best = index;
  }
  return best;
}

async function fetchFile(base: string, name: string): Promise<Response> {
  const response = await fetch(new URL(name, base));
  if (!response.ok) throw new Error(`${name} is missing beside this page.`);
  return response;
}
