/** What was found of a folder's files in another place; nothing is changed by looking. */
export interface RelinkResult {
  readonly rootId: number;
  readonly folder: string;
  /** Files that the library knows of the folder. */
  readonly files: number;
  /** Of these, found with the same content: in the same place below the folder, or in another. */
  readonly inPlace: number;
  readonly moved: number;
  /** Found nowhere below the folder. */
  readonly missing: number;
  /** Some of those, as they were called. */
  readonly missingPaths: readonly string[];
}
