import type { TestStudio } from './studio.ts';

/** Puts images straight into the library, for tests that are not about pictures. Returns their ids. */
export function addImages({ studio }: TestStudio, count: number): number[] {
  const { db } = studio.requireLibrary();
  db.prepare(
    `INSERT OR IGNORE INTO roots (root_id, path, name, labels, groups, added_at) VALUES (1, '/r', 'r', '{}', '{}', 0)`,
  ).run();
  const image = db.prepare(
    `INSERT INTO images (sha256, root_id, path, bytes, width, height, format, pages, sharpness, brightness, contrast, saturation, added_at)
     VALUES (?, 1, ?, 1, 1, 1, 'png', 1, 0, 0, 0, 0, 0)`,
  );
  const file = db.prepare(
    'INSERT INTO files (root_id, path, image_id, bytes, modified_ms) VALUES (1, ?, ?, 1, 0)',
  );
  return db.transaction(() =>
    Array.from({ length: count }, (_, index) => {
      const imageId = Number(image.run(`hash ${index}`, `${index}.png`).lastInsertRowid);
      file.run(`${index}.png`, imageId);
      return imageId;
    }),
  )();
}

/** The current label of every labelled image. */
export function currentLabels({ studio }: TestStudio): Map<number, number> {
  const rows = studio
    .requireLibrary()
    .db.prepare<[], { image_id: number; class_id: number }>('SELECT image_id, class_id FROM labels')
    .all();
  return new Map(rows.map((row) => [row.image_id, row.class_id]));
}
