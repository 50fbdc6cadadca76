export interface ClassRow {
  readonly classId: number;
  readonly name: string;
  /** `#rrggbb`, from the colour-blind-safe palette unless a person chose another. */
  readonly color: string;
  /** Keyboard key that labels with this class, or null. */
  readonly key: string | null;
  readonly position: number;
  /** What belongs to the class, in a person's words; '' when nobody wrote any. */
  readonly description: string;
  /** An archived class keeps its labels but is offered no more; it has no key. */
  readonly isArchived: boolean;
  readonly imageCount: number;
}

/** One undoable labelling action. */
export interface LabelBatch {
  readonly batchId: number;
  readonly changed: number;
}

export interface LabelCounts {
  readonly images: number;
  readonly labelled: number;
  readonly unlabelled: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** One event in the history of an image's label. */
export interface LabelHistoryRow {
  readonly eventId: number;
  readonly classId: number | null;
  readonly previousClassId: number | null;
  readonly reader: string;
  /** import, csv, reader, classes (a class was merged or deleted), undo, redo, conflict. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}
