/** The part of card.json that the page shows; see the studio's model card for the rest. */
export interface ModelFacts {
  readonly name: string;
  readonly createdAt: number;
  readonly classes: readonly { readonly name: string; readonly color: string }[];
  readonly recipe:
    | {
        readonly features: { readonly backbone: string; readonly width: number; readonly resolution: number };
      }
    | { readonly resolution: number };
  readonly test: {
    readonly images: number;
    readonly units: number;
    readonly accuracy: number;
    readonly interval: readonly [number, number];
    readonly intervalMethod: string;
    readonly balancedAccuracy: number;
    readonly balancedInterval: readonly [number, number];
    readonly ece: number;
  };
}

/** Reads the card beside the page. Throws with a sentence when it is missing. */
export async function loadFacts(base: string): Promise<ModelFacts> {
  const response = await fetch(new URL('card.json', base));
  if (!response.ok) throw new Error('card.json is missing beside this page.');
  return (await response.json()) as ModelFacts;
}
