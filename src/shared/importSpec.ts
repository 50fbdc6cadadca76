/** Which columns of a table hold what, from 0. */
export interface TableColumns {
  readonly file: number;
  readonly class: number | null;
  readonly group: number | null;
  /** Whether the first row names the columns. */
  readonly hasHeader: boolean;
}

/** A person's table; its columns are found by their names unless they are given. */
export interface TableSource {
  readonly kind: 'csv';
  readonly file: string;
  readonly columns?: TableColumns | undefined;
}

/** Where an import takes labels from. */
export type LabelSourceSpec = { readonly kind: 'folders' } | { readonly kind: 'none' } | TableSource;

/** Where an import takes groups (patient, slide) from. */
export type GroupSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'parent' }
  | { readonly kind: 'regex'; readonly pattern: string }
  | TableSource;

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

/** What a table holds and what it would do, before it is used. */
export interface TablePreview {
  /** Names of the columns, or “Column 1” … where none are given. */
  readonly headers: readonly string[];
  /** The first rows as they are written. */
  readonly rows: readonly (readonly string[])[];
  readonly rowCount: number;
  /** The columns as asked for, or as found by their names or contents; what could not be told is null. */
  readonly columns: TableColumns | null;
  /** With columns: how many rows fit a file, fit none, and fit several or contradict each other. */
  readonly fits: {
    readonly files: number;
    readonly unknown: number;
    readonly ambiguous: number;
    /** Some that fit none, as written. */
    readonly unknownFiles: readonly string[];
  } | null;
  /** Classes, or groups where those are wanted, of the rows that fit, most frequent first. */
  readonly values: readonly { readonly name: string; readonly count: number }[];
  readonly valueCount: number;
}
