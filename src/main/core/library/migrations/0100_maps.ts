import type { Migration } from '../migrate.ts';

/** Maps, whose points are in files of their own, and how well groups and roots can be told from features. */
export const maps: Migration = {
  version: 100,
  sql: `
CREATE TABLE maps (
  map_id      INTEGER PRIMARY KEY,
  file        TEXT NOT NULL UNIQUE,
  engine      TEXT NOT NULL,
  feature_key TEXT NOT NULL REFERENCES feature_sets(feature_key),
  params      TEXT NOT NULL,
  figures     TEXT NOT NULL,
  images      INTEGER NOT NULL,
  placed      INTEGER NOT NULL,
  -- The last row of the feature file that was there when points were added: later rows are not on the map.
  last_row    INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE batch_effects (
  kind       TEXT PRIMARY KEY CHECK (kind IN ('group', 'root')),
  facts      TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
`,
};
