/** A file as the library knows it. */
export interface LostFile {
  readonly fileId: number;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file as it is on the disk now. */
export interface FoundFile {
  readonly path: string;
  readonly modifiedMs: number;
  readonly sha256: string;
}

/**
 * Which found file each lost one is: the one of the same content in the same place, else one of the same content that no
 * other lost file has. Every found file is used once.
 */
export function matchContents(
  lost: readonly LostFile[],
  found: readonly FoundFile[],
): Map<number, FoundFile> {
  const byPath = new Map(found.map((file) => [file.path, file]));
  const matches = new Map<number, FoundFile>();
  const used = new Set<string>();
  for (const { fileId, path, sha256 } of lost) {
    const same = byPath.get(path);
    if (same?.sha256 !== sha256) continue;
    matches.set(fileId, same);
    used.add(path);
  }
  const free = Map.groupBy(
    found.filter(({ path }) => !used.has(path)),
    ({ sha256 }) => sha256,
  );
  for (const { fileId, sha256 } of lost) {
    if (matches.has(fileId)) continue;
    const next = free.get(sha256)?.shift();
    if (next !== undefined) matches.set(fileId, next);
  }
  return matches;
}
