/** How many classes a sentence names. */
const NAMED = 5;

/** “A”, “B” and 3 others. */
export function quoteClasses(names: readonly string[]): string {
  const quoted = names.slice(0, NAMED).map((name) => `“${name}”`);
  const others = names.length - quoted.length;
  if (others > 0) return `${quoted.join(', ')} and ${others} ${others === 1 ? 'other' : 'others'}`;
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** A sentence about classes, or null when there are none. */
export function sayOfClasses(names: readonly string[], ofOne: string, ofMany: string): string | null {
  if (names.length === 0) return null;
  return `${names.length === 1 ? 'The class' : 'The classes'} ${quoteClasses(names)} ${names.length === 1 ? ofOne : ofMany}`;
}
