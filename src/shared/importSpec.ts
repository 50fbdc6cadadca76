/** Where an import takes labels from. */
export type LabelSourceSpec =
  | { readonly kind: 'folders' }
  | { readonly kind: 'none' }
  | { readonly kind: 'csv'; readonly file: string };

/** Where an import takes groups (patient, slide) from. */
export type GroupSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'parent' }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'csv'; readonly file: string };
