/** Disjoint sets over 0 … size − 1. */
export interface UnionFind {
  /** The set's representative; equal for two elements exactly when they are joined. */
  find(element: number): number;
  join(a: number, b: number): void;
}

/** Every element starts alone (Tarjan & van Leeuwen 1984: union by size, path halving). */
export function createUnionFind(size: number): UnionFind {
  const parent = Int32Array.from({ length: size }, (_, index) => index);
  const sizes = new Int32Array(size).fill(1);
  const find = (element: number): number => {
    let at = element;
    while (parent[at]! !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  return {
    find,
    join(a, b) {
      const first = find(a);
      const second = find(b);
      if (first === second) return;
      const [large, small] = sizes[first]! >= sizes[second]! ? [first, second] : [second, first];
      parent[small] = large;
      sizes[large]! += sizes[small]!;
    },
  };
}
