/** What labels can be written as: a table, or a folder for each class with copies of or links to its images. */
export const LABEL_FILE_FORMS = ['csv', 'copies', 'links'] as const;
export type LabelFileForm = (typeof LABEL_FILE_FORMS)[number];

export interface LabelFilesResult {
  /** Where the table or the folders of the classes stand. */
  readonly folder: string;
  /** Name of the table inside the folder; null for a folder tree. */
  readonly file: string | null;
  /** Rows of the table, or images in the tree. */
  readonly written: number;
  /** Of the images in the tree, those that are links; the others are copies. */
  readonly linked: number;
  /** Images whose original is not there or could not be copied, at most a thousand of them named. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
  readonly problemCount: number;
}
