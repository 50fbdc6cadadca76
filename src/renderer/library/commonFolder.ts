/**
 * The deepest folder that holds all of some paths, and the paths inside it, with forward slashes; null when they have no
 * more than a drive in common.
 */
export function findCommonFolder(paths: readonly string[]): { folder: string; only: string[] } | null {
  const [first, ...others] = paths.map((path) => path.split(/[\\/]/));
  if (first === undefined) return null;
  let length = first.length - 1;
  for (const parts of others) {
    let same = 0;
    while (same < Math.min(length, parts.length - 1) && parts[same] === first[same]) same += 1;
    length = same;
  }
  // The first part is the empty text before the first slash, or a drive.
  if (length < 2) return null;
  const separator = paths[0]!.includes('\\') ? '\\' : '/';
  return {
    folder: first.slice(0, length).join(separator),
    only: [first, ...others].map((parts) => parts.slice(length).join('/')),
  };
}
