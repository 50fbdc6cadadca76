/** One row of `fovea doctor`. */
export interface Finding {
  readonly name: string;
  readonly version: string | null;
  readonly found: boolean;
  /** Why it was or was not accepted: the result of its known-answer check. */
  readonly why: string;
  /** What to do when it is missing; empty when nothing. */
  readonly todo: string;
}

export interface BackboneFinding extends Finding {
  readonly backbone: string;
  readonly width: number;
  /** Where the weights came from, in words: "folder named by FOVEA_BACKBONES". */
  readonly source: string;
}

export interface Diagnosis {
  readonly engines: readonly Finding[];
  readonly backbones: readonly BackboneFinding[];
  /** True when the main job (import, train, report, export) can run. */
  readonly ok: boolean;
}
