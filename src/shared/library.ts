import type { BackboneName } from './backbones.ts';
import type { LabelCounts } from './labels.ts';

export interface RootRow {
  readonly rootId: number;
  readonly path: string;
  readonly name: string;
  readonly imageCount: number;
  /** False when the folder cannot be found now. */
  readonly isPresent: boolean;
}

/** The backbone that is used unless a person chooses another, and why it is that one. */
export interface DefaultBackbone {
  readonly backbone: BackboneName;
  readonly width: number;
  /** A sentence when it is not the usual MobileNetV2 1.0, else null. */
  readonly why: string | null;
}

/** What the window shows about the open library. */
export interface LibraryDescription {
  readonly path: string;
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly counts: LabelCounts;
  readonly groups: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: number;
  readonly models: number;
  readonly roots: readonly RootRow[];
  readonly defaultBackbone: DefaultBackbone | null;
}

/** The verdict of `check`. */
export interface LibraryCheck {
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** Things that are no damage but worth knowing, such as originals that are not in their place. */
  readonly notes: readonly string[];
}
