import type { Migration } from '../migrate.ts';

/** The first schema. `images` are contents, `files` are the paths that hold them; labels are events. */
export const first: Migration = {
  version: 10,
  sql: `
CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE roots (
  root_id    INTEGER PRIMARY KEY,
  path       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  labels     TEXT NOT NULL,
  groups     TEXT NOT NULL,
  added_at   INTEGER NOT NULL,
  scanned_at INTEGER
) STRICT;

CREATE TABLE images (
  image_id   INTEGER PRIMARY KEY,
  sha256     TEXT NOT NULL UNIQUE,
  root_id    INTEGER NOT NULL REFERENCES roots(root_id),
  path       TEXT NOT NULL,
  bytes      INTEGER NOT NULL,
  width      INTEGER NOT NULL,
  height     INTEGER NOT NULL,
  format     TEXT NOT NULL,
  pages      INTEGER NOT NULL,
  flags      INTEGER NOT NULL DEFAULT 0,
  sharpness  REAL NOT NULL,
  brightness REAL NOT NULL,
  contrast   REAL NOT NULL,
  saturation REAL NOT NULL,
  added_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX images_by_path ON images(path, image_id);

CREATE TABLE files (
  file_id     INTEGER PRIMARY KEY,
  root_id     INTEGER NOT NULL REFERENCES roots(root_id),
  path        TEXT NOT NULL,
  image_id    INTEGER NOT NULL REFERENCES images(image_id),
  bytes       INTEGER NOT NULL,
  modified_ms REAL NOT NULL,
  is_missing  INTEGER NOT NULL DEFAULT 0,
  group_name  TEXT,
  class_name  TEXT,
  UNIQUE (root_id, path)
) STRICT;
CREATE INDEX files_by_image ON files(image_id);
CREATE INDEX files_by_group ON files(group_name) WHERE group_name IS NOT NULL;

CREATE TABLE rejections (
  root_id     INTEGER NOT NULL REFERENCES roots(root_id),
  path        TEXT NOT NULL,
  code        TEXT NOT NULL,
  reason      TEXT NOT NULL,
  bytes       INTEGER NOT NULL,
  modified_ms REAL NOT NULL,
  PRIMARY KEY (root_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE classes (
  class_id    INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  folded_name TEXT NOT NULL UNIQUE,
  color       TEXT NOT NULL,
  key         TEXT,
  position    INTEGER NOT NULL
) STRICT;

CREATE TABLE readers (
  reader_id INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  color     TEXT NOT NULL
) STRICT;
INSERT INTO readers (reader_id, name, color) VALUES (1, 'Reader 1', '#4477aa');

CREATE TABLE label_batches (
  batch_id  INTEGER PRIMARY KEY,
  reader_id INTEGER NOT NULL REFERENCES readers(reader_id),
  source    TEXT NOT NULL,
  at        INTEGER NOT NULL,
  reverts   INTEGER REFERENCES label_batches(batch_id),
  is_undone INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE label_events (
  event_id          INTEGER PRIMARY KEY,
  batch_id          INTEGER NOT NULL REFERENCES label_batches(batch_id),
  image_id          INTEGER NOT NULL REFERENCES images(image_id),
  class_id          INTEGER REFERENCES classes(class_id),
  previous_class_id INTEGER REFERENCES classes(class_id),
  previous_hash     TEXT NOT NULL,
  hash              TEXT NOT NULL
) STRICT;
CREATE INDEX label_events_by_batch ON label_events(batch_id);
CREATE INDEX label_events_by_image ON label_events(image_id);

CREATE TABLE labels (
  image_id INTEGER PRIMARY KEY REFERENCES images(image_id),
  class_id INTEGER NOT NULL REFERENCES classes(class_id),
  event_id INTEGER NOT NULL REFERENCES label_events(event_id)
) STRICT;
CREATE INDEX labels_by_class ON labels(class_id, image_id);

CREATE TABLE feature_sets (
  feature_key     TEXT PRIMARY KEY,
  backbone        TEXT NOT NULL,
  width           REAL NOT NULL,
  resolution      INTEGER NOT NULL,
  decoder_version TEXT NOT NULL,
  dims            INTEGER NOT NULL
) STRICT;

CREATE TABLE feature_rows (
  feature_key TEXT NOT NULL REFERENCES feature_sets(feature_key),
  image_id    INTEGER NOT NULL REFERENCES images(image_id),
  row         INTEGER NOT NULL,
  PRIMARY KEY (feature_key, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE splits (
  split_id   INTEGER PRIMARY KEY,
  seed       INTEGER NOT NULL,
  train      REAL NOT NULL,
  validation REAL NOT NULL,
  test       REAL NOT NULL,
  drawn_at   INTEGER NOT NULL,
  UNIQUE (seed, train, validation, test)
) STRICT;

CREATE TABLE split_members (
  split_id INTEGER NOT NULL REFERENCES splits(split_id),
  image_id INTEGER NOT NULL REFERENCES images(image_id),
  part     TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test', 'excluded')),
  PRIMARY KEY (split_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  model_id   TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  split_id   INTEGER NOT NULL REFERENCES splits(split_id),
  bytes      INTEGER NOT NULL,
  test_uses  INTEGER NOT NULL DEFAULT 1,
  card       TEXT NOT NULL
) STRICT;

-- Filled before the model itself is inserted, so they cannot refer to it.
CREATE TABLE model_images (
  model_id TEXT NOT NULL,
  image_id INTEGER NOT NULL REFERENCES images(image_id),
  part     TEXT NOT NULL,
  class_id INTEGER NOT NULL,
  PRIMARY KEY (model_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE predictions (
  model_id      TEXT NOT NULL,
  image_id      INTEGER NOT NULL REFERENCES images(image_id),
  class_id      INTEGER NOT NULL,
  confidence    REAL NOT NULL,
  probabilities BLOB NOT NULL,
  PRIMARY KEY (model_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  job_id      INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  title       TEXT NOT NULL,
  params      TEXT NOT NULL,
  state       TEXT NOT NULL,
  result      TEXT,
  problem     TEXT,
  created_at  INTEGER NOT NULL,
  started_at  INTEGER,
  finished_at INTEGER
) STRICT;
`,
};
