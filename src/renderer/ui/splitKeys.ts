/** `Mod+Shift+Z` → its keys; the plus key itself may stand last. */
export function splitKeys(keys: string): string[] {
  return keys.split(/\+(?!$)/);
}

const NAMES: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

const MAC_NAMES: Readonly<Record<string, string>> = { ...NAMES, Mod: '⌘', Shift: '⇧', Backspace: '⌫' };

/** The same as they stand on this machine's keyboard. */
export function nameKeys(keys: string): string[] {
  const names = navigator.platform.startsWith('Mac') ? MAC_NAMES : NAMES;
  return splitKeys(keys).map((key) => names[key] ?? key);
}
