import type { Migration } from '../migrate.ts';

/** Where the files of a folder that was moved are now, between looking for them and using what was found. */
export const relink: Migration = {
  version: 95,
  sql: `
CREATE TABLE found_files (
  file_id     INTEGER PRIMARY KEY REFERENCES files(file_id) ON DELETE CASCADE,
  root_id     INTEGER NOT NULL REFERENCES roots(root_id) ON DELETE CASCADE,
  path        TEXT NOT NULL,
  modified_ms REAL NOT NULL
) STRICT;
CREATE INDEX found_files_by_root ON found_files(root_id);
`,
};
