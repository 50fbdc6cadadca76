import type { TargetRequest } from '../gallery/targets.ts';

/** Which dialog of the frame is open; one at a time. */
export type DialogName =
  | {
      readonly kind: 'import';
      readonly folder: string | null;
      /** Only these files and folders of it. */
      readonly only?: readonly string[];
      readonly isNew?: boolean;
    }
  | { readonly kind: 'keys' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'class'; readonly classId: number | null }
  | { readonly kind: 'delete-class'; readonly classId: number }
  | { readonly kind: 'model'; readonly modelId: string }
  | { readonly kind: 'continue'; readonly modelId: string }
  | { readonly kind: 'report'; readonly modelId: string }
  | { readonly kind: 'export'; readonly modelId: string }
  | { readonly kind: 'label-files' }
  | { readonly kind: 'labels-in' }
  /** Looks for a folder whose files are no longer where they were. */
  | { readonly kind: 'relink'; readonly rootId: number }
  | { readonly kind: 'tags'; readonly target: TargetRequest }
  /** Labels a target after a look at a sample; `by` a class for all, or what the model says of each. */
  | {
      readonly kind: 'spot-check';
      readonly target: TargetRequest;
      readonly by: 'class' | 'prediction';
      readonly classId: number | null;
    }
  /** A blind second reading of the labelled ones among some images, or of all. */
  | { readonly kind: 'reading'; readonly target: TargetRequest | null }
  /** Makes a reader (null) or changes one. */
  | { readonly kind: 'reader'; readonly readerId: number | null }
  /** Asks for a reader's password before labels are that reader's. */
  | { readonly kind: 'password'; readonly readerId: number }
  | { readonly kind: 'open-library' };

export class Dialogs {
  shown: DialogName | null = $state.raw(null);

  show(dialog: DialogName): void {
    this.shown = dialog;
  }

  close(): void {
    this.shown = null;
  }
}
