import * as v from 'valibot';
import { IMAGE_FLAGS, IMAGE_FORMATS } from '../../../shared/images.ts';
import { IntegerText } from '../requestSchemas.ts';
import { SORT_NAMES } from './sortOrders.ts';

const Flag01 = v.pipe(
  v.picklist(['0', '1']),
  v.transform((text) => text === '1'),
);

/** One id or several with commas between: any of them. */
const IdList = v.pipe(
  v.string(),
  v.maxLength(4000),
  v.transform((text) => text.split(',')),
  v.array(IntegerText),
);

const ShareText = v.pipe(v.string(), v.toNumber(), v.minValue(0), v.maxValue(1));
const CountText = v.pipe(IntegerText, v.minValue(0));

/** Several words of a list with commas between: any of them. */
const listOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',')),
    v.array(v.picklist(words)),
  );

/**
 * The filter of the gallery as it stands in an address; all parts must hold. Where a part takes several values, one of
 * them must. A part that is added here gets its condition in `filterConditions.ts`.
 */
export const ImageFilterSchema = v.object({
  classId: v.optional(IdList),
  unlabelled: v.optional(Flag01),
  /** Who gave the present label. */
  readerId: v.optional(IdList),
  rootId: v.optional(IdList),
  group: v.optional(v.string()),
  part: v.optional(listOf(['train', 'validation', 'test'])),
  flag: v.optional(listOf(IMAGE_FLAGS)),
  format: v.optional(listOf(IMAGE_FORMATS)),
  duplicates: v.optional(Flag01),
  /** Nearly the same picture as another, as the last search for near duplicates found. */
  nearDuplicates: v.optional(Flag01),
  /** Model whose predictions and parts are meant; the newest when absent. */
  modelId: v.optional(v.string()),
  tagId: v.optional(IdList),
  hasNote: v.optional(Flag01),
  /** Kept out of training by a person. */
  excluded: v.optional(Flag01),
  /** Class that the model says. */
  predicted: v.optional(IdList),
  /** Bounds of the prediction's confidence, 0 to 1: `minConfidence` ≤ confidence < `maxConfidence`, where 1 includes 1. */
  minConfidence: v.optional(ShareText),
  maxConfidence: v.optional(ShareText),
  disagreement: v.optional(Flag01),
  /** Bounds of the longer side in pixels, both included. */
  minSide: v.optional(CountText),
  maxSide: v.optional(CountText),
  /** Bounds of the file's size, both included. */
  minBytes: v.optional(CountText),
  maxBytes: v.optional(CountText),
  /** Exactly the images of a list that `POST /api/picks` keeps. */
  pick: v.optional(v.pipe(v.string(), v.maxLength(64))),
  /** Text that a path of the image contains, whatever its case. */
  q: v.optional(v.pipe(v.string(), v.maxLength(1000))),
  sort: v.optional(v.picklist(SORT_NAMES), 'name'),
  direction: v.optional(v.picklist(['ascending', 'descending'])),
});

export type ImageFilter = v.InferOutput<typeof ImageFilterSchema>;

/** The parts that narrow a view, without what only orders it or says which model is meant. */
export type FilterPart = Exclude<keyof ImageFilter, 'sort' | 'direction' | 'modelId' | 'pick'>;
