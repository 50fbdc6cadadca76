/** A label that the other labels speak against. */
export interface LabelError {
  readonly imageId: number;
  readonly path: string;
  readonly sha256: string;
  readonly group: string | null;
  /** The label it has, and the class that a model which never saw it gives it. */
  readonly classId: number;
  readonly suggestedClassId: number;
  /** Probability of the label it has: the lower, the less believable. */
  readonly confidence: number;
  /** Probability of the suggested class. */
  readonly suggestedShare: number;
  /** The images most like it of its own class, and of the suggested one; the most similar first. */
  readonly ownNeighbours: readonly number[];
  readonly otherNeighbours: readonly number[];
}

/** Result of a check of the labels. */
export interface LabelCheck {
  readonly checked: number;
  readonly doubted: number;
}
