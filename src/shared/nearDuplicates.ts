/** Pairs less alike than this are not kept; the slider begins here. */
export const LEAST_LIKENESS = 0.75;
/** Where copies in another size, quality, brightness or orientation are found and other images of a class are not. */
export const USUAL_LIKENESS = 0.82;

/** An image of a stack, as its tile shows it. */
export interface StackImage {
  readonly imageId: number;
  readonly sha256: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly classId: number | null;
}

/** Images that are nearly the same picture. */
export interface Stack {
  /** The one to keep first: labelled before unlabelled, then the larger, then the sharper. */
  readonly images: readonly StackImage[];
  /** Of the pair that is least alike of those that hold the stack together. */
  readonly likeness: number;
  /** Its images have labels of more than one class. */
  readonly isConflict: boolean;
  /** Its images stand in different parts of a split: what a model learns from, it is then judged on. */
  readonly isSplit: boolean;
}

/** The last search for near duplicates. */
export interface NearSearch {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly images: number;
  /** Images of these that have no perceptual hash: too uniform, or their original is gone. */
  readonly withoutHash: number;
  /** Whether features were compared too; not before there are any, nor in very large libraries. */
  readonly comparedFeatures: boolean;
  /** Images that came in since. */
  readonly newer: number;
}

export interface StackPage {
  /** null before the first search. */
  readonly search: NearSearch | null;
  readonly stacks: readonly Stack[];
  readonly stackCount: number;
  /** Images in all stacks, and how many would be left out of training if one of each were kept. */
  readonly imageCount: number;
  readonly conflictCount: number;
  readonly splitCount: number;
}

/** One content that is filed under several classes, or was, and has no label of a person yet. */
export interface FiledConflict {
  readonly imageId: number;
  readonly sha256: string;
  readonly path: string;
  readonly classId: number | null;
  /** Present files that hold it, each with the class its folder or table gives. */
  readonly files: readonly {
    readonly path: string;
    readonly root: string;
    readonly classId: number | null;
    readonly className: string | null;
  }[];
}
