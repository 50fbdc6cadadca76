export interface SplitPath {
  readonly before: string;
  readonly group: string;
  readonly after: string;
}

/** Cuts a path at the text that became its group, so that it can be marked; group '' where it stands nowhere. */
export function splitAtGroup(path: string, group: string | null): SplitPath {
  const at = group === null || group === '' ? -1 : path.indexOf(group);
  if (group === null || at < 0) return { before: path, group: '', after: '' };
  return { before: path.slice(0, at), group, after: path.slice(at + group.length) };
}
