import type { LabelRow } from './readLabelCsv.ts';

/** Which row of a table speaks of which file. */
export interface MatchedRows {
  /** Row by relative path. */
  readonly byPath: ReadonlyMap<string, LabelRow>;
  /** Rows that name no file. */
  readonly unknown: readonly LabelRow[];
  /** Rows whose bare name several files have, or that contradict another row; they are not used. */
  readonly ambiguous: readonly LabelRow[];
}

/**
 * Finds the files that a table's rows mean: by the whole relative path; by its end, when the table was written
 * with other folders above it; by file name; by file name without extension. A name that fits several files
 * fits none, and two rows that say different things about one file are both left out.
 */
export function matchLabelRows(rows: readonly LabelRow[], paths: readonly string[]): MatchedRows {
  const known = new Set(paths);
  const byName = indexUnique(paths, baseName);
  const byStem = indexUnique(paths, (path) => baseName(path).replace(/\.[^.]*$/, ''));
  const byPath = new Map<string, LabelRow>();
  const contradicted = new Map<string, LabelRow[]>();
  const unknown: LabelRow[] = [];
  const ambiguous: LabelRow[] = [];
  for (const row of rows) {
    const path = findBySuffix(row.file, known) ?? findByName(row.file, byName, byStem);
    if (path === undefined) unknown.push(row);
    else if (path === null) ambiguous.push(row);
    else if (!byPath.has(path)) byPath.set(path, row);
    else if (isContradiction(byPath.get(path)!, row)) {
      contradicted.set(path, [...(contradicted.get(path) ?? [byPath.get(path)!]), row]);
    }
  }
  for (const [path, disagreeing] of contradicted) {
    byPath.delete(path);
    ambiguous.push(...disagreeing);
  }
  return { byPath, unknown, ambiguous };
}

/** The row's path, or what is left of it when folders are taken off its front. */
function findBySuffix(file: string, known: ReadonlySet<string>): string | undefined {
  for (let rest = file; ; rest = rest.slice(rest.indexOf('/') + 1)) {
    if (known.has(rest)) return rest;
    if (!rest.includes('/')) return undefined;
  }
}

function findByName(file: string, byName: UniqueIndex, byStem: UniqueIndex): string | null | undefined {
  if (file.includes('/')) return undefined;
  const named = byName(file);
  // null, several files of that name, is an answer too.
  return named === undefined ? byStem(file) : named;
}

/** Looks a key up: the one path that has it, null when several have it, undefined when none has. */
type UniqueIndex = (key: string) => string | null | undefined;

function indexUnique(paths: readonly string[], keyOf: (path: string) => string): UniqueIndex {
  const index = new Map<string, string | null>();
  for (const path of paths) {
    const key = keyOf(path);
    index.set(key, index.has(key) ? null : path);
  }
  return (key) => index.get(key);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isContradiction(a: LabelRow, b: LabelRow): boolean {
  return a.className !== b.className || a.group !== b.group;
}
