import type { GroupSource } from '../../../shared/importSpec.ts';
import { GroupPattern, type GroupMatch } from './groupPattern.ts';

/** Where groups come from when no table is needed: nowhere, the folder's name, or an expression. */
export type PathGroupSource = Exclude<GroupSource, { readonly kind: 'csv' }>;

/** What an expression or folder name captures, for a person to judge before importing. */
export interface GroupPreview {
  readonly rows: readonly {
    readonly path: string;
    readonly group: string | null;
    /** Character range of the captured text in the path; null where nothing was captured. */
    readonly range: readonly [start: number, end: number] | null;
  }[];
  /** Every group and its number of files, largest first. */
  readonly groups: readonly { readonly group: string; readonly images: number }[];
  /** Files in which nothing was captured; each of them will be a unit of its own. */
  readonly ungrouped: number;
}

const PREVIEW_ROWS = 200;

/**
 * A function from a relative path (forward slashes) to its group. `parent` is the name of the folder that holds
 * the file, so that a patient whose pictures lie under several classes stays one patient; files at the top have
 * none. Throws FoveaError `invalid` for an expression that is none.
 */
export function readGroups(source: PathGroupSource): (path: string) => string | null {
  const match = makeMatcher(source);
  return (path) => match(path)?.group ?? null;
}

/** Shows what a source captures in the first 200 of the paths, and the groups of all of them. */
export function previewGroups(paths: readonly string[], source: PathGroupSource): GroupPreview {
  const match = makeMatcher(source);
  const counts = new Map<string, number>();
  const rows: GroupPreview['rows'][number][] = [];
  let ungrouped = 0;
  for (const path of paths) {
    const found = match(path);
    if (rows.length < PREVIEW_ROWS) {
      rows.push({
        path,
        group: found?.group ?? null,
        range: found === null ? null : [found.start, found.end],
      });
    }
    if (found === null) ungrouped++;
    else counts.set(found.group, (counts.get(found.group) ?? 0) + 1);
  }
  const groups = Array.from(counts, ([group, images]) => ({ group, images }));
  groups.sort((a, b) => b.images - a.images || (a.group < b.group ? -1 : 1));
  return { rows, groups, ungrouped };
}

function makeMatcher(source: PathGroupSource): (path: string) => GroupMatch | null {
  switch (source.kind) {
    case 'none':
      return () => null;
    case 'parent':
      return matchParent;
    case 'regex': {
      const pattern = new GroupPattern(source.pattern);
      return (path) => pattern.match(path);
    }
  }
}

function matchParent(path: string): GroupMatch | null {
  const end = path.lastIndexOf('/');
  if (end <= 0) return null;
  const start = path.lastIndexOf('/', end - 1) + 1;
  return { group: path.slice(start, end), start, end };
}
