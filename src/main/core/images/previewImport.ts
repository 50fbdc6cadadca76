import type { GroupSource, ImportPreview } from '../../../shared/importSpec.ts';
import { foldName } from '../labels/classes.ts';
import { readFileSpec } from './fileSpec.ts';
import { listPathsBelow } from './scanFolder.ts';

/** How many paths are shown with what is captured from them. */
const SHOWN_PATHS = 200;

/**
 * What an import of a folder would make of its names: groups, classes, counts. Nothing is read but names.
 * Throws what scanFolder and readFileSpec throw, so that a wrong folder or pattern is said at its field.
 */
export async function previewImport(
  folder: string,
  groups: GroupSource,
  { only, signal }: { readonly only?: readonly string[] | undefined; readonly signal: AbortSignal },
): Promise<ImportPreview> {
  const chosen = await readFileSpec({ kind: 'folders' }, groups);
  const paths = await listPathsBelow(folder, { only, signal });
  const spec = chosen.apply(paths);
  const groupNames = new Set<string>();
  const classes = new Map<string, { name: string; count: number }>();
  for (const path of paths) {
    const group = spec.groupOf(path);
    if (group !== null) groupNames.add(group);
    const name = spec.classOf(path);
    if (name === null) continue;
    const known = classes.get(foldName(name));
    if (known === undefined) classes.set(foldName(name), { name, count: 1 });
    else known.count += 1;
  }
  return {
    paths: pickEvenly(paths, SHOWN_PATHS).map((path) => ({ path, group: spec.groupOf(path) })),
    groupCount: groupNames.size,
    imageFiles: paths.length,
    classes: [...classes.values()],
  };
}

/** Paths from all over the folder: the first ones are often of one class only. */
function pickEvenly(paths: readonly string[], count: number): string[] {
  const step = Math.max(1, paths.length / count);
  return Array.from(
    { length: Math.min(count, paths.length) },
    (_, index) => paths[Math.floor(index * step)]!,
  );
}
