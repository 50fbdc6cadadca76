import util from 'node:util';

/** Functions that tfjs-node 4.22 calls and that Node 23 removed, or warns about on standard error. */
const REPLACED = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Gives `node:util` back what tfjs-node needs; to be called before tfjs-node is loaded. Harmless twice. */
export function installNodeShims(): void {
  const target = util as unknown as Record<string, unknown>;
  for (const [name, replacement] of Object.entries(REPLACED)) target[name] = replacement;
}
