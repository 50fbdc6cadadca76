import util from 'node:util';

/** Functions that Node 23 removed and tfjs-node 4.22 still calls. */
const REMOVED = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Gives `node:util` back what tfjs-node needs; to be called before tfjs-node is loaded. Harmless twice. */
export function installNodeShims(): void {
  const target = util as unknown as Record<string, unknown>;
  for (const [name, replacement] of Object.entries(REMOVED)) target[name] ??= replacement;
}
