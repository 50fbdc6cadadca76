import type { Migration } from '../migrate.ts';

/** The gallery: text search over paths, lists of images that a view shows, and indexes for its orders. */
export const gallery: Migration = {
  version: 30,
  sql: `
-- Every three characters of a path, so that any part of it is found without reading all paths. The text itself stays
-- in files; triggers keep the two in step.
CREATE VIRTUAL TABLE file_paths USING fts5(path, content = 'files', content_rowid = 'file_id', tokenize = 'trigram');
INSERT INTO file_paths (file_paths) VALUES ('rebuild');
CREATE TRIGGER file_paths_added AFTER INSERT ON files BEGIN
  INSERT INTO file_paths (rowid, path) VALUES (new.file_id, new.path);
END;
CREATE TRIGGER file_paths_removed AFTER DELETE ON files BEGIN
  INSERT INTO file_paths (file_paths, rowid, path) VALUES ('delete', old.file_id, old.path);
END;
CREATE TRIGGER file_paths_changed AFTER UPDATE OF file_id, path ON files BEGIN
  INSERT INTO file_paths (file_paths, rowid, path) VALUES ('delete', old.file_id, old.path);
  INSERT INTO file_paths (rowid, path) VALUES (new.file_id, new.path);
END;

-- Images that something showed together, in its order: a lasso, a cluster, what is similar. The name is the hash of
-- the list, so that an address which holds it means the same after a restart.
CREATE TABLE picks (
  pick      TEXT PRIMARY KEY,
  image_ids TEXT NOT NULL,
  used_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX images_by_brightness ON images(brightness, image_id);
CREATE INDEX images_by_sharpness ON images(sharpness, image_id);
CREATE INDEX images_by_bytes ON images(bytes, image_id);

-- What the window shows of a library is counted from these alone.
CREATE INDEX images_flagged ON images(flags) WHERE flags <> 0;
CREATE INDEX files_present ON files(image_id) WHERE is_missing = 0;
CREATE INDEX files_present_by_root ON files(root_id) WHERE is_missing = 0;
CREATE INDEX files_present_by_group ON files(group_name) WHERE is_missing = 0;
`,
};
