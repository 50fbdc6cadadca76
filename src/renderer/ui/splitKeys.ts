/** `Mod+Shift+Z` → its keys; the plus key itself may stand last. */
export function splitKeys(keys: string): string[] {
  return keys.split(/\+(?!$)/);
}
