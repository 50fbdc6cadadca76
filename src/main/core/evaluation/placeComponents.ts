import type { SplitPart } from '../../../shared/images.ts';
import type { SplitProof } from '../../../shared/training.ts';
import { createRandom, hashToSeed } from '../math/random.ts';
import type { Component } from './components.ts';
import { createTally, weighComponent, type Tally, type Weighed } from './splitTally.ts';

export interface PlacedComponent {
  readonly component: Component;
  readonly part: SplitPart;
}

export interface Placement {
  readonly open: readonly Component[];
  readonly settled: readonly PlacedComponent[];
  readonly seed: number;
  readonly fractions: SplitProof['fractions'];
}

const PARTS: readonly SplitPart[] = ['train', 'validation', 'test'];
/** A component with more than this share of a class is placed before the small ones that even things out. */
const LARGE = 0.02;
/** Random orders of the large components that are tried, and how much worse than the best of them is accepted. */
const ORDERS = 20;
const TOLERANCE = 0.02;

/**
 * Gives each open component a part, so that every class approaches the wanted shares of images.
 *
 * Greedy: a component goes where its classes lack most, unless one of its classes would otherwise be left
 * without train, test or validation (in this order of importance). Large components come first, in the first
 * of some random orders that is nearly as good as descending size: the best order alone would put the largest
 * groups into train for every seed.
 */
export function placeComponents({ open, settled, seed, fractions }: Placement): PlacedComponent[] {
  const ranked = rankBySeed(open, seed);
  const items = ranked.map(weighComponent);
  const tally = createTally({
    open: items,
    settled: settled.map(({ component, part }) => ({
      item: weighComponent(component),
      part: PARTS.indexOf(part),
    })),
    fractions,
  });
  const large = items.filter((item) => tally.largestShare(item) > LARGE);
  const small = items.filter((item) => tally.largestShare(item) <= LARGE);
  const parts = new Map<Weighed, SplitPart>();
  for (const item of [...chooseOrder(large, tally, seed), ...small])
    parts.set(item, PARTS[tally.place(item)]!);
  return ranked.map((component, index) => ({ component, part: parts.get(items[index]!)! }));
}

/** Components in an order that depends on the seed and their keys alone. */
function rankBySeed(components: readonly Component[], seed: number): Component[] {
  return components
    .map((component) => ({ component, rank: hashToSeed(`${seed}\n${component.key}`) }))
    .sort((a, b) => a.rank - b.rank || (a.component.key < b.component.key ? -1 : 1))
    .map(({ component }) => component);
}

function chooseOrder(large: readonly Weighed[], tally: Tally, seed: number): readonly Weighed[] {
  const descending = [...large].sort((a, b) => tally.largestShare(b) - tally.largestShare(a));
  let best = { order: descending, cost: tally.tryOrder(descending) };
  const acceptable = best.cost + TOLERANCE;
  const random = createRandom(seed);
  for (let count = 0; count < ORDERS; count += 1) {
    const order = random.shuffle([...large]);
    const cost = tally.tryOrder(order);
    if (cost <= acceptable) return order;
    if (cost < best.cost) best = { order, cost };
  }
  return best.order;
}
