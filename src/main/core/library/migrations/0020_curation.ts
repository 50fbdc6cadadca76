import type { Migration } from '../migrate.ts';

/** Curation: class changes that undo reaches, readers and second readings, tags, notes, exclusions, saved filters. */
export const curation: Migration = {
  version: 20,
  sql: `
-- A deleted class keeps its row, because the history of labels refers to it; its folded_name is then 'DELETED <id>',
-- which no name folds to, so that its name is free.
ALTER TABLE classes ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE classes ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'archived', 'deleted'));
CREATE UNIQUE INDEX classes_by_key ON classes(key) WHERE key IS NOT NULL;

-- The whole state of a class before and after, as JSON.
CREATE TABLE class_changes (
  change_id INTEGER PRIMARY KEY,
  batch_id  INTEGER NOT NULL REFERENCES label_batches(batch_id),
  class_id  INTEGER NOT NULL REFERENCES classes(class_id),
  before    TEXT NOT NULL,
  after     TEXT NOT NULL
) STRICT;
CREATE INDEX class_changes_by_batch ON class_changes(batch_id);

ALTER TABLE readers ADD COLUMN folded_name TEXT NOT NULL DEFAULT '';
UPDATE readers SET folded_name = lower(name);
CREATE UNIQUE INDEX readers_by_name ON readers(folded_name);

-- A second reading: labelled images that a reader labels again without seeing the label.
CREATE TABLE readings (
  reading_id INTEGER PRIMARY KEY,
  reader_id  INTEGER NOT NULL REFERENCES readers(reader_id),
  seed       INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE reading_images (
  reading_id       INTEGER NOT NULL REFERENCES readings(reading_id),
  position         INTEGER NOT NULL,
  image_id         INTEGER NOT NULL REFERENCES images(image_id),
  first_class_id   INTEGER NOT NULL REFERENCES classes(class_id),
  first_reader_id  INTEGER NOT NULL REFERENCES readers(reader_id),
  class_id         INTEGER REFERENCES classes(class_id),
  read_at          INTEGER,
  settled_class_id INTEGER REFERENCES classes(class_id),
  settled_batch_id INTEGER REFERENCES label_batches(batch_id),
  PRIMARY KEY (reading_id, position),
  UNIQUE (reading_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
  tag_id      INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  folded_name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE image_tags (
  tag_id   INTEGER NOT NULL REFERENCES tags(tag_id) ON DELETE CASCADE,
  image_id INTEGER NOT NULL REFERENCES images(image_id),
  PRIMARY KEY (tag_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_tags_by_image ON image_tags(image_id);

CREATE TABLE image_notes (
  image_id  INTEGER PRIMARY KEY REFERENCES images(image_id),
  note      TEXT NOT NULL,
  reader_id INTEGER NOT NULL REFERENCES readers(reader_id),
  at        INTEGER NOT NULL
) STRICT;

-- Images that a person keeps out of training.
CREATE TABLE excluded_images (
  image_id  INTEGER PRIMARY KEY REFERENCES images(image_id),
  reader_id INTEGER NOT NULL REFERENCES readers(reader_id),
  at        INTEGER NOT NULL
) STRICT;

CREATE TABLE saved_filters (
  filter_id   INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  folded_name TEXT NOT NULL UNIQUE,
  query       TEXT NOT NULL
) STRICT;
`,
};
