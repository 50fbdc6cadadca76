import type { GroupSource, LabelSourceSpec } from '../../../shared/importSpec.ts';
import { foldName } from '../labels/classes.ts';
import { matchLabelRows, type MatchedRows } from './matchLabelRows.ts';
import { readGroups } from './readGroups.ts';
import { readLabelCsv, type LabelRow } from './readLabelCsv.ts';

/** Says of each file below a root under which class it is filed and to which group it belongs. */
export interface FileSpec {
  classOf(path: string): string | null;
  groupOf(path: string): string | null;
  /** Sentences about what did not fit: rows of a table that name no file, spellings that were taken as one. */
  readonly warnings: readonly string[];
}

/** How many rows or names a warning lists. */
const LISTED = 5;

/** What a person chose, read and checked before the folder is listed. Throws `invalid`, `not_found`, `unreadable`. */
export async function readFileSpec(
  labels: LabelSourceSpec,
  groups: GroupSource,
): Promise<{ apply(paths: readonly string[]): FileSpec }> {
  const labelRows = labels.kind === 'csv' ? await readLabelCsv(labels.file, 'class', labels.columns) : null;
  const groupRows = groups.kind === 'csv' ? await readLabelCsv(groups.file, 'group', groups.columns) : null;
  const groupOfPath = groups.kind === 'csv' ? null : readGroups(groups);
  return {
    apply: (paths) => {
      const labelled = labelRows === null ? null : matchLabelRows(labelRows, paths);
      const grouped = groupRows === null ? null : matchLabelRows(groupRows, paths);
      const classOf = (path: string): string | null => {
        if (labels.kind === 'folders') return classFolder(path);
        return labelled?.byPath.get(path)?.className ?? null;
      };
      const groupOf = (path: string): string | null =>
        groupOfPath === null ? (grouped?.byPath.get(path)?.group ?? null) : groupOfPath(path);
      return {
        classOf,
        groupOf,
        warnings: [
          ...describeTable(labelled),
          ...describeTable(grouped),
          ...describeSpellings(paths, classOf),
          ...(groups.kind === 'none' ? [] : describeUngrouped(paths, groupOf)),
        ],
      };
    },
  };
}

/** The first folder below the root names the class; a file that lies in none, or in one without a visible name, has no label. */
export function classFolder(path: string): string | null {
  const slash = path.indexOf('/');
  const name = slash < 0 ? '' : path.slice(0, slash);
  return name.trim() === '' ? null : name;
}

function describeTable(table: MatchedRows | null): string[] {
  if (table === null) return [];
  const list = (rows: readonly LabelRow[]): string =>
    rows
      .slice(0, LISTED)
      .map(({ line, file }) => `line ${line}: ${JSON.stringify(file)}`)
      .join(', ') + (rows.length > LISTED ? ', …' : '');
  const sentences: string[] = [];
  if (table.unknown.length > 0) {
    sentences.push(
      `${table.unknown.length} rows of the table name no file below this folder (${list(table.unknown)}).`,
    );
  }
  if (table.ambiguous.length > 0) {
    sentences.push(
      `${table.ambiguous.length} rows of the table fit several files or contradict each other and were not used (${list(table.ambiguous)}).`,
    );
  }
  return sentences;
}

/** A file without a group is a unit of its own; where groups were asked for, that is worth knowing. */
function describeUngrouped(paths: readonly string[], groupOf: (path: string) => string | null): string[] {
  const missed = paths.filter((path) => groupOf(path) === null);
  if (missed.length === 0) return [];
  const list = missed
    .slice(0, LISTED)
    .map((path) => JSON.stringify(path))
    .join(', ');
  return [
    `${missed.length} of ${paths.length} files got no group and count as units of their own (${list}${missed.length > LISTED ? ', …' : ''}).`,
  ];
}

/** Class names that differ only by case are one class; saying so, because a person may have meant two. */
function describeSpellings(paths: readonly string[], classOf: (path: string) => string | null): string[] {
  const spellings = new Map<string, Set<string>>();
  for (const path of paths) {
    const name = classOf(path);
    if (name === null) continue;
    const folded = foldName(name);
    const known = spellings.get(folded);
    if (known === undefined) spellings.set(folded, new Set([name]));
    else known.add(name);
  }
  return [...spellings.values()]
    .filter((names) => names.size > 1)
    .map(
      (names) =>
        `Names that differ only by case were taken as one class: ${[...names].map((name) => JSON.stringify(name)).join(', ')}.`,
    );
}
