import { splitKeys } from '../ui/splitKeys.ts';

/** One key command: what the reader presses, what it does, and where it stands in the list of keys. */
export interface Shortcut {
  /** `Mod+Z`, `Mod+Shift+Z`, `1`, `?`; Mod is Ctrl, or ⌘ on a Mac. */
  readonly keys: string;
  readonly title: string;
  readonly section: string;
  readonly run: () => void;
  /** Absent means always. */
  readonly isActive?: () => boolean;
}

/** The wished key of a shortcut with its modifiers, compared without regard to case. */
function matches(event: KeyboardEvent, keys: string): boolean {
  const parts = splitKeys(keys).map((part) => part.toLowerCase());
  const key = parts.pop() ?? '';
  const hasMod = event.ctrlKey || event.metaKey;
  if (hasMod !== parts.includes('mod') || event.altKey) return false;
  // Shift is part of typing ? or +, but a command of its own with letters.
  const isLetter = /^[a-z]$/.test(key) || key.length > 1;
  if (isLetter && event.shiftKey !== parts.includes('shift')) return false;
  return event.key.toLowerCase() === (key === 'space' ? ' ' : key);
}

/** True where typing belongs to a field, so that no shortcut may take it. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  const texts = ['text', 'search', 'number', 'email', 'url', 'password'];
  return target instanceof HTMLInputElement && texts.includes(target.type);
}

/** True where Enter and Space press what has the focus, so that no shortcut may take them. */
function isPressable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('button, a[href], summary, input, [role="button"], [role="menuitem"]') !== null
  );
}

/** Runs the first active shortcut that fits. @returns whether one did. */
export function runShortcut(event: KeyboardEvent, shortcuts: readonly Shortcut[]): boolean {
  if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return false;
  if ((event.key === 'Enter' || event.key === ' ') && isPressable(event.target)) return false;
  const found = shortcuts.find((each) => matches(event, each.keys) && (each.isActive?.() ?? true));
  if (found === undefined) return false;
  event.preventDefault();
  found.run();
  return true;
}
