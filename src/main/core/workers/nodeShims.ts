import util from 'node:util';

/**
 * Gives back two functions that Node 23 removed from `util` and that `@tensorflow/tfjs-node` still calls.
 * Must run before that package is required.
 */
export function installNodeShims(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
  legacy['isArray'] ??= Array.isArray;
}
