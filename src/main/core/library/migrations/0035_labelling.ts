import type { Migration } from '../migrate.ts';

/** Spot-checks before many images are labelled at once, passwords of readers, and where a review stopped. */
export const labelling: Migration = {
  version: 35,
  sql: `
-- Images that are to get one class (class_id), or each what a model says (model_id), after a sample was looked at.
CREATE TABLE spot_checks (
  check_id   INTEGER PRIMARY KEY,
  reader_id  INTEGER NOT NULL REFERENCES readers(reader_id),
  class_id   INTEGER REFERENCES classes(class_id),
  model_id   TEXT,
  seed       INTEGER NOT NULL,
  population INTEGER NOT NULL,
  -- [population] uint32, little-endian: the images and what each would get; empty once the check is closed.
  image_ids  BLOB NOT NULL,
  class_ids  BLOB NOT NULL,
  -- The newest label event then: images labelled after it are left alone.
  last_event INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'applied', 'dropped')),
  batch_id   INTEGER REFERENCES label_batches(batch_id)
) STRICT;

CREATE TABLE spot_check_images (
  check_id INTEGER NOT NULL REFERENCES spot_checks(check_id),
  position INTEGER NOT NULL,
  image_id INTEGER NOT NULL REFERENCES images(image_id),
  -- What it would be labelled as.
  class_id INTEGER NOT NULL REFERENCES classes(class_id),
  is_right INTEGER,
  PRIMARY KEY (check_id, position),
  UNIQUE (check_id, image_id)
) STRICT, WITHOUT ROWID;

-- scrypt: salt and hash, both in hexadecimal, with a colon between; NULL where no password is set.
ALTER TABLE readers ADD COLUMN password TEXT;

-- Where each reader stopped in the review of each view (the filter as it stands in an address).
CREATE TABLE review_places (
  reader_id INTEGER NOT NULL REFERENCES readers(reader_id),
  view      TEXT NOT NULL,
  image_id  INTEGER NOT NULL REFERENCES images(image_id),
  at        INTEGER NOT NULL,
  PRIMARY KEY (reader_id, view)
) STRICT, WITHOUT ROWID;
`,
};
