import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { ImageNote, TagRow } from '../../../shared/images.ts';
import { presentReaderId } from '../labels/readers.ts';

// What a person notes about images beside their label: tags, a note, and whether training leaves them out.

const MAX_TAG_LENGTH = 100;

const fold = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** Every tag with its number of images, by name. */
export function listTags(db: Database): TagRow[] {
  return db
    .prepare<[], TagRow>(
      `SELECT t.tag_id AS tagId, t.name,
         (SELECT count(*) FROM image_tags it WHERE it.tag_id = t.tag_id) AS imageCount
       FROM tags t ORDER BY t.folded_name`,
    )
    .all();
}

/** Puts a tag on images; it is made when there is none of this name. Returns how many did not have it. */
export function tagImages(db: Database, name: string, imageIds: readonly number[]): number {
  return db
    .transaction(() => {
      requireTagName(name);
      db.prepare(
        'INSERT INTO tags (name, folded_name) VALUES (?, ?) ON CONFLICT (folded_name) DO NOTHING',
      ).run(name.trim(), fold(name));
      const tagId = db
        .prepare<[string], number>('SELECT tag_id FROM tags WHERE folded_name = ?')
        .pluck()
        .get(fold(name))!;
      const put = db.prepare(
        'INSERT INTO image_tags (tag_id, image_id) SELECT ?, image_id FROM images WHERE image_id = ? ON CONFLICT DO NOTHING',
      );
      return imageIds.reduce((changed, imageId) => changed + put.run(tagId, imageId).changes, 0);
    })
    .immediate();
}

/** Takes a tag off images. Returns how many had it. */
export function untagImages(db: Database, tagId: number, imageIds: readonly number[]): number {
  const take = db.prepare('DELETE FROM image_tags WHERE tag_id = ? AND image_id = ?');
  return db
    .transaction(() => imageIds.reduce((changed, imageId) => changed + take.run(tagId, imageId).changes, 0))
    .immediate();
}

/** Renames a tag. @throws FoveaError `not_found`, `conflict` for a name that is taken, `invalid`. */
export function renameTag(db: Database, tagId: number, name: string): void {
  requireTagName(name);
  const other = db
    .prepare<[string, number], string>('SELECT name FROM tags WHERE folded_name = ? AND tag_id <> ?')
    .pluck()
    .get(fold(name), tagId);
  if (other !== undefined) {
    throw new FoveaError('conflict', `There is already a tag “${other}”.`, {
      subject: name,
      todo: 'Choose another name; upper and lower case count as the same.',
    });
  }
  const { changes } = db
    .prepare('UPDATE tags SET name = ?, folded_name = ? WHERE tag_id = ?')
    .run(name.trim(), fold(name), tagId);
  if (changes === 0) throw new FoveaError('not_found', 'There is no such tag.', { subject: String(tagId) });
}

/** Takes a tag off every image and forgets it. @throws FoveaError `not_found`. */
export function deleteTag(db: Database, tagId: number): void {
  const { changes } = db.prepare('DELETE FROM tags WHERE tag_id = ?').run(tagId);
  if (changes === 0) throw new FoveaError('not_found', 'There is no such tag.', { subject: String(tagId) });
}

/** The note of an image with who wrote it last, or null. */
export function findNote(db: Database, imageId: number): ImageNote | null {
  return (
    db
      .prepare<[number], ImageNote>(
        `SELECT n.note, r.name AS reader, n.at FROM image_notes n JOIN readers r USING (reader_id) WHERE n.image_id = ?`,
      )
      .get(imageId) ?? null
  );
}

/** Writes the one note of an image; an empty one takes it away. @throws FoveaError `not_found`. */
export function writeNote(db: Database, imageId: number, note: string): void {
  requireImage(db, imageId);
  if (note.trim() === '') {
    db.prepare('DELETE FROM image_notes WHERE image_id = ?').run(imageId);
    return;
  }
  db.prepare('INSERT OR REPLACE INTO image_notes (image_id, note, reader_id, at) VALUES (?, ?, ?, ?)').run(
    imageId,
    note,
    presentReaderId(db),
    Date.now(),
  );
}

/** Keeps images out of training, or lets them in again; labels stay. Returns how many changed. */
export function excludeImages(db: Database, imageIds: readonly number[], isExcluded: boolean): number {
  return db
    .transaction(() => {
      const readerId = presentReaderId(db);
      const at = Date.now();
      const put = db.prepare(
        `INSERT INTO excluded_images (image_id, reader_id, at) SELECT image_id, ?, ? FROM images WHERE image_id = ?
         ON CONFLICT DO NOTHING`,
      );
      const take = db.prepare('DELETE FROM excluded_images WHERE image_id = ?');
      return imageIds.reduce(
        (changed, imageId) =>
          changed + (isExcluded ? put.run(readerId, at, imageId) : take.run(imageId)).changes,
        0,
      );
    })
    .immediate();
}

function requireImage(db: Database, imageId: number): void {
  if (db.prepare('SELECT 1 FROM images WHERE image_id = ?').get(imageId) !== undefined) return;
  throw new FoveaError('not_found', 'There is no such image.', { subject: String(imageId) });
}

function requireTagName(name: string): void {
  const length = name.trim().length;
  if (length > 0 && length <= MAX_TAG_LENGTH) return;
  throw new FoveaError('invalid', `A tag has 1 to ${MAX_TAG_LENGTH} characters.`);
}
