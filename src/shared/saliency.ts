/** How the places that mattered are found. */
export const SALIENCY_METHODS = ['class-map', 'gradient'] as const;
export type SaliencyMethod = (typeof SALIENCY_METHODS)[number];

/** What can be asked about an image: which model explains it, and what it said. */
export interface SaliencyOffer {
  readonly modelId: string;
  readonly modelName: string;
  /** The class that the model says. */
  readonly predictedClassId: number;
  /** Most probable first. */
  readonly classes: readonly {
    readonly classId: number;
    readonly name: string;
    /** Calibrated; null where the model has not looked at this image yet. */
    readonly probability: number | null;
  }[];
}
