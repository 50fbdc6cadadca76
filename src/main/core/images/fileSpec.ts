import type { GroupSource, LabelSourceSpec } from '../../../shared/importSpec.ts';

/** Says of each file below a root under which class it is filed and to which group it belongs. */
export interface FileSpec {
  classOf(path: string): string | null;
  groupOf(path: string): string | null;
  /** Sentences about what did not fit: rows of a table that name no file. */
  describeUnused(): string[];
}

export async function openFileSpec(labels: LabelSourceSpec, groups: GroupSource): Promise<FileSpec> {
  return {
    classOf: (path) =>
      labels.kind === 'folders' && path.includes('/') ? path.slice(0, path.indexOf('/')) : null,
    groupOf: (path) =>
      groups.kind === 'parent' ? path.slice(0, Math.max(0, path.lastIndexOf('/'))) || null : null,
    describeUnused: () => [],
  };
}
