import type { Migration } from '../migrate.ts';

/** Notes on models, models that were deleted but can be brought back, and recipes saved by name. */
export const models: Migration = {
  version: 60,
  sql: `
ALTER TABLE models ADD COLUMN note TEXT NOT NULL DEFAULT '';
-- Milliseconds since 1970; its files and predictions are removed some time later, or when asked.
ALTER TABLE models ADD COLUMN deleted_at INTEGER;

CREATE TABLE recipes (
  recipe_id   INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  folded_name TEXT NOT NULL UNIQUE,
  recipe      TEXT NOT NULL
) STRICT;
`,
};
