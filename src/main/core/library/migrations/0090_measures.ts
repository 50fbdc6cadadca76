import type { Migration } from '../migrate.ts';

/** Exposure, background and perceptual hash of each image; near duplicates; images that a person keeps together. */
export const measures: Migration = {
  version: 90,
  sql: `
-- NULL until an image is measured: those that came in before this version are measured when they are first needed.
ALTER TABLE images ADD COLUMN background REAL;
ALTER TABLE images ADD COLUMN tissue REAL;
ALTER TABLE images ADD COLUMN overexposed REAL;
ALTER TABLE images ADD COLUMN underexposed REAL;
-- 64 bits for each of eight orientations; an empty blob is an image too uniform to have any.
ALTER TABLE images ADD COLUMN perceptual_hash BLOB;
CREATE INDEX images_by_background ON images(background, image_id);
CREATE INDEX images_unmeasured ON images(image_id) WHERE background IS NULL;

-- What the last search found; low_id < high_id. distance: bits in which the hashes differ.
CREATE TABLE near_pairs (
  low_id   INTEGER NOT NULL REFERENCES images(image_id),
  high_id  INTEGER NOT NULL REFERENCES images(image_id),
  likeness REAL NOT NULL,
  distance INTEGER NOT NULL,
  PRIMARY KEY (low_id, high_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX near_pairs_by_high ON near_pairs(high_id);

-- Pairs that a person looked at and keeps as two images.
CREATE TABLE kept_pairs (
  low_id    INTEGER NOT NULL REFERENCES images(image_id),
  high_id   INTEGER NOT NULL REFERENCES images(image_id),
  reader_id INTEGER NOT NULL REFERENCES readers(reader_id),
  at        INTEGER NOT NULL,
  PRIMARY KEY (low_id, high_id)
) STRICT, WITHOUT ROWID;

-- Images that no split may separate because a person said so, besides the groups of their files.
CREATE TABLE kept_together (
  image_id   INTEGER PRIMARY KEY REFERENCES images(image_id),
  bundle_id  INTEGER NOT NULL,
  reader_id  INTEGER NOT NULL REFERENCES readers(reader_id),
  at         INTEGER NOT NULL
) STRICT;
CREATE INDEX kept_together_by_bundle ON kept_together(bundle_id);
`,
};
