import type { Database } from 'better-sqlite3';
import { resizeBilinear } from '../../../shared/resize.ts';
import type { PaperSaliency } from '../../../shared/paper.ts';
import type { BackboneModel } from '../features/layersModel.ts';
import { decodeImage } from '../images/decodeImage.ts';
import { findOriginal } from '../images/originals.ts';
import { readBytes } from '../images/readContent.ts';
import { explainModel, SMOOTH_GRAD } from '../saliency/explainer.ts';
import { paintBare, paintPicture } from '../saliency/paintPicture.ts';
import type { Head } from '../training/head.ts';

const MAX_SIDE = 120;

export interface SaliencySubject {
  readonly model: BackboneModel;
  readonly head: Head;
  readonly side: number;
  /** The test images with what they are and what they were taken for, as indices of `classes`. */
  readonly tested: readonly {
    readonly imageId: number;
    readonly label: number;
    readonly predicted: number;
  }[];
  readonly classes: readonly string[];
}

/** Of each class the first test image that was named rightly: gradient × input with smoothing, as in the paper. */
export async function drawSaliency(db: Database, subject: SaliencySubject): Promise<PaperSaliency[]> {
  const { model, head, side, tested, classes } = subject;
  const explainer = await explainModel(model, side);
  const drawn: PaperSaliency[] = [];
  try {
    for (const [label, className] of classes.entries()) {
      const shown = tested.find((each) => each.label === label && each.predicted === label);
      if (shown === undefined) continue;
      const picture = await decodeImage(await readBytes((await findOriginal(db, shown.imageId)).file));
      const pixels = resizeBilinear(picture.rgb, picture.width, picture.height, side, side);
      const map = await explainer.gradientTimesInput(head, pixels, label, SMOOTH_GRAD);
      const how = { method: 'gradient', maxSide: MAX_SIDE, form: 'blend' } as const;
      drawn.push({
        className,
        picture: encode(await paintBare(picture, MAX_SIDE)),
        overlay: encode(await paintPicture(picture, map, how)),
      });
    }
  } finally {
    await explainer.close();
  }
  return drawn;
}

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
