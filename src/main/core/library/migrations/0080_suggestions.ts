import type { Migration } from '../migrate.ts';

/** Suggestions as they were made, label errors as they were found, and labels that a reader stood by. */
export const suggestions: Migration = {
  version: 80,
  sql: `
CREATE TABLE suggestion_batches (
  batch_id   INTEGER PRIMARY KEY,
  queue      TEXT NOT NULL CHECK (queue IN ('teach', 'measure')),
  strategy   TEXT NOT NULL,
  used       TEXT NOT NULL,
  why        TEXT NOT NULL,
  seed       INTEGER NOT NULL,
  model_id   TEXT,
  labels     INTEGER NOT NULL,
  facts      TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE suggestion_images (
  batch_id INTEGER NOT NULL REFERENCES suggestion_batches(batch_id),
  position INTEGER NOT NULL,
  image_id INTEGER NOT NULL REFERENCES images(image_id),
  reason   TEXT NOT NULL,
  cluster  INTEGER,
  margin   REAL,
  PRIMARY KEY (batch_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX suggestion_images_by_image ON suggestion_images(image_id);

-- What the newest check of the labels found, the least believable first.
CREATE TABLE label_errors (
  image_id           INTEGER PRIMARY KEY REFERENCES images(image_id),
  position           INTEGER NOT NULL,
  class_id           INTEGER NOT NULL,
  suggested_class_id INTEGER NOT NULL,
  confidence         REAL NOT NULL,
  suggested_share    REAL NOT NULL,
  own_neighbours     TEXT NOT NULL,
  other_neighbours   TEXT NOT NULL
) STRICT;
CREATE INDEX label_errors_by_position ON label_errors(position);

-- A reader looked at a doubted label and stood by it; it is doubted no more while it stays.
CREATE TABLE kept_labels (
  image_id  INTEGER NOT NULL REFERENCES images(image_id),
  class_id  INTEGER NOT NULL,
  reader_id INTEGER NOT NULL,
  kept_at   INTEGER NOT NULL,
  PRIMARY KEY (image_id, class_id)
) STRICT, WITHOUT ROWID;
`,
};
