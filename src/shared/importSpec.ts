/** Where an import takes labels from. */
export type LabelSourceSpec =
  { readonly kind: 'folders' } | { readonly kind: 'none' } | { readonly kind: 'csv'; readonly file: string };

/** Where an import takes groups (patient, slide) from. */
export type GroupSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'parent' }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'csv'; readonly file: string };

/** What an import would make of a folder's names, before anything is read. */
export interface ImportPreview {
  /** Some paths, from all over the folder, and the group that each would get. */
  readonly paths: readonly { readonly path: string; readonly group: string | null }[];
  readonly groupCount: number;
  /** Files that may be pictures; which are is only known once they are read. */
  readonly imageFiles: number;
  /** Classes as the folders' names would give them. */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
}
