import type { Database } from 'better-sqlite3';

/** A labelled file, as a table tells of it. */
export interface LabelledFile {
  readonly imageId: number;
  /** Relative to its root. */
  readonly path: string;
  readonly root: string;
  readonly className: string;
  readonly group: string | null;
  readonly reader: string;
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A labelled image, as a folder tree holds it. */
export interface LabelledImage {
  readonly imageId: number;
  readonly path: string;
  readonly className: string;
}

/** Every file of a labelled image with its label and who gave it, by path; a duplicate has a row of its own. */
export function* readLabelledFiles(db: Database): Generator<LabelledFile> {
  // A statement keeps its connection busy from its start on; as a generator it starts with the first row asked for.
  yield* db
    .prepare<[], LabelledFile>(
      `SELECT f.image_id AS imageId, f.path, o.name AS root, c.name AS className, f.group_name AS "group",
         r.name AS reader, b.source, b.at
       FROM files f JOIN roots o ON o.root_id = f.root_id JOIN labels l ON l.image_id = f.image_id
       JOIN classes c ON c.class_id = l.class_id JOIN label_events e ON e.event_id = l.event_id
       JOIN label_batches b ON b.batch_id = e.batch_id JOIN readers r ON r.reader_id = b.reader_id
       ORDER BY f.path, f.file_id`,
    )
    .iterate();
}

/** Every labelled image once, by path. */
export function readLabelledImages(db: Database): LabelledImage[] {
  return db
    .prepare<[], LabelledImage>(
      `SELECT i.image_id AS imageId, i.path, c.name AS className
       FROM labels l JOIN images i ON i.image_id = l.image_id JOIN classes c ON c.class_id = l.class_id
       ORDER BY i.path, i.image_id`,
    )
    .all();
}
