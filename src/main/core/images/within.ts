/**
 * Whether a path below a folder is one of some files, or lies in one of some folders, of it; every path when there are
 * none. Paths have forward slashes.
 */
export function within(only: readonly string[] | undefined): (path: string) => boolean {
  if (only === undefined) return () => true;
  const asked = new Set(only.map((path) => path.replaceAll('\\', '/').replace(/\/+$/, '')));
  return (path) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (asked.has(path.slice(0, end))) return true;
    }
    return false;
  };
}
