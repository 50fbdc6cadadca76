import path from 'node:path';
import * as v from 'valibot';

/** A file or folder of this machine. A zero character would be refused by every file call, without a sentence. */
export const AbsolutePath = v.pipe(
  v.string(),
  v.check((text) => path.isAbsolute(text), 'A file or folder is named by its full path.'),
  v.check((text) => !text.includes('\0'), 'A file or folder name cannot hold a zero character.'),
);

const Column = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));

/** Which columns of a table hold what. */
export const TableColumns = v.object({
  file: Column,
  class: v.nullable(Column),
  group: v.nullable(Column),
  hasHeader: v.boolean(),
});

/** A table of a person, with its columns where they were chosen. */
export const TableSource = v.object({
  kind: v.literal('csv'),
  file: AbsolutePath,
  columns: v.optional(TableColumns),
});

/** The id of a model, which is also the name of its folder: nothing that could lead elsewhere. */
export const ModelId = v.pipe(v.string(), v.regex(/^[0-9a-z-]{1,64}$/, 'This is not the id of a model.'));

/** A number in an address. */
export const IntegerText = v.pipe(v.string(), v.toNumber(), v.integer());

/** A seed of random numbers. */
export const Seed = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The id of a row. */
export const RowId = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Ids of images, up to a million. */
export const ImageIds = v.pipe(v.array(RowId), v.maxLength(1_000_000));

export const Color = v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i, 'A colour is written #rrggbb.'));
