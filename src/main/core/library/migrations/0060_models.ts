import type { Migration } from '../migrate.ts';

/** Notes on models, and models that were deleted but can be brought back. */
export const models: Migration = {
  version: 60,
  sql: `
ALTER TABLE models ADD COLUMN note TEXT NOT NULL DEFAULT '';
-- Milliseconds since 1970; its files and predictions are removed some time later, or when asked.
ALTER TABLE models ADD COLUMN deleted_at INTEGER;
`,
};
