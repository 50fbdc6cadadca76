/** Something that can be found by words. */
export interface Findable {
  readonly title: string;
  readonly section: string;
}

/**
 * Entries in which every typed word occurs, the best first: where a title begins with the words, then where its words
 * begin with them, then the rest; equal ones as they came. Everything, as it came, for no words.
 */
export function rankEntries<Entry extends Findable>(entries: readonly Entry[], typed: string): Entry[] {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...entries];
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

function scoreOf({ title, section }: Findable, words: readonly string[]): number {
  const text = fold(title);
  const all = `${text} ${fold(section)}`;
  if (!words.every((word) => all.includes(word))) return 0;
  if (text.startsWith(words.join(' '))) return 3;
  const starts = all.split(/[\s:,“”(]+/);
  return words.every((word) => starts.some((start) => start.startsWith(word))) ? 2 : 1;
}

function fold(text: string): string {
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
}
