/**
 * Twelve colours that people with any common colour blindness can tell apart (Paul Tol's "bright" and "muted"
 * schemes, with near twins left out). Colour is never the only signal: each class also has a key and its name.
 */
export const CLASS_COLORS = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#999933',
  '#882255',
  '#44aa99',
  '#ddcc77',
  '#332288',
  '#cc6677',
] as const;

/** Keys in the order they are given out: digits, then letters; U is a command of its own (next unlabelled). */
export const CLASS_KEYS = '1234567890qwertyiopasdfghjklzxcvbnm';

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
  /** import, csv, reader, prediction, spot-check, classes (a class was merged or deleted), undo, redo, conflict. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Who labels: a local profile of the library. */
export interface ReaderRow {
  readonly readerId: number;
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
  /** Images whose present label is this reader's. */
  readonly labelCount: number;
  /** Whether new labels are this reader's. */
  readonly isPresent: boolean;
  /** Whether a password is asked for before one can label as this reader. */
  readonly hasPassword: boolean;
}

/** A blind second reading: labelled images that a reader labels again without seeing the label. */
export interface ReadingRow {
  readonly readingId: number;
  readonly readerId: number;
  readonly reader: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly images: number;
  readonly read: number;
  /** Read images whose two labels differ, and how many of these are settled. */
  readonly disagreements: number;
  readonly settled: number;
}

/** A picture as a blind reader may see it: no path, since folders often name classes. */
export interface BlindImage {
  readonly imageId: number;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

export interface Disagreement {
  readonly imageId: number;
  readonly sha256: string;
  readonly firstClassId: number;
  readonly firstReader: string;
  readonly secondClassId: number;
  /** What it was settled as, or null. */
  readonly settledClassId: number | null;
}

/** How far the two readings of the same images agree. */
export interface Agreement {
  /** Images read twice. */
  readonly images: number;
  readonly agreed: number;
  /** Cohen's kappa; null before anything is read. */
  readonly kappa: number | null;
  /** 95 % interval; null where the images tell nothing, such as when all are of one class. */
  readonly interval: readonly [number, number] | null;
  readonly classes: readonly { readonly classId: number; readonly name: string }[];
  /** `[first reading][second reading]`, in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[];
}
