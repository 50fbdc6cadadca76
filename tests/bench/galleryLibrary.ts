import path from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { openLibrary } from '../../src/main/core/library/library.ts';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { recordLabels } from '../../src/main/core/labels/labelEvents.ts';
import { writeLiveSwitch } from '../../src/main/core/live/liveSetting.ts';
import { insertModel } from '../../src/main/core/models/store.ts';
import { drawSampleTile } from '../../src/main/core/sample/drawSampleTile.ts';
import { SAMPLE_CLASSES } from '../../src/main/core/sample/tissue.ts';
import type { ModelCard } from '../../src/shared/training.ts';
import { say } from './benchmark.ts';

/** Different pictures that are drawn; more images show the same ones again under names of their own. */
const DRAWN = 240;
const SAMPLE_SIDE = 150;
/** Of five images so many have a label. */
const LABELLED_OF_FIVE = 3;
const MODEL_ID = 'bench';

export interface GalleryLibrary {
  readonly folder: string;
  readonly unlabelled: number;
}

/**
 * Makes a library of `count` images without importing them: rows as an import writes them, labels as events, what a
 * model says, and drawn thumbnails. The originals do not exist.
 * @param options.thumbnails false leaves them out, for what is asked of the database alone
 */
export async function makeGalleryLibrary(
  workFolder: string,
  name: string,
  count: number,
  options: { readonly thumbnails: boolean },
): Promise<GalleryLibrary> {
  const folder = path.join(workFolder, `${name}.fovea`);
  const library = await openLibrary(folder, { create: true, who: 'a benchmark' });
  try {
    const { db } = library;
    writeLiveSwitch(db, false);
    const classIds = SAMPLE_CLASSES.map((each) => ensureClass(db, each).classId);
    say(`Writing ${count} images …`);
    writeImages(db, count);
    writePredictions(db, classIds);
    const labelled = db
      .prepare<[], number>(`SELECT image_id FROM images WHERE image_id % 5 < ${LABELLED_OF_FIVE}`)
      .pluck()
      .all();
    const changes = labelled.map((imageId) => ({ imageId, classId: classIds[imageId % classIds.length]! }));
    for (let start = 0; start < changes.length; start += 50_000) {
      recordLabels(db, changes.slice(start, start + 50_000), { source: 'import' });
    }
    db.exec('ANALYZE');
    if (options.thumbnails) await writeThumbnails(path.join(folder, 'thumbnails.db'), count);
    return { folder, unlabelled: count - labelled.length };
  } finally {
    library.close();
  }
}

/** A content hash of its own for each image. */
const HASH = `printf('%08x%056x', n * 2654435761 % 4294967296, n)`;

function writeImages(db: Database.Database, count: number): void {
  const names = SAMPLE_CLASSES.map((name, index) => `WHEN ${index} THEN '${name}'`).join(' ');
  const file = `printf('%s/p%05d/tile_%07d.png', CASE n % ${SAMPLE_CLASSES.length} ${names} END, n / 200, n)`;
  const numbers = `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`;
  db.transaction(() => {
    db.exec(`
      INSERT INTO roots (root_id, path, name, labels, groups, added_at) VALUES (1, '/nowhere/tiles', 'tiles', '{}', '{}', 0);
      INSERT INTO images (image_id, sha256, root_id, path, bytes, width, height, format, pages, flags, sharpness, brightness,
        contrast, saturation, added_at)
      ${numbers} SELECT n, ${HASH}, 1, ${file}, 20000 + n * 7919 % 90000, 300, 300, 'png', 1,
        CASE WHEN n % 211 = 0 THEN 2 ELSE 0 END, n * 104729 % 1000003 / 1000003.0, n * 15485863 % 1000033 / 1000033.0,
        n * 32452843 % 1000037 / 1000037.0, n * 49979687 % 1000039 / 1000039.0, n FROM numbers;
      INSERT INTO files (file_id, root_id, path, image_id, bytes, modified_ms, group_name)
      SELECT image_id, 1, path, image_id, bytes, 0, printf('p%05d', image_id / 200) FROM images;`);
  })();
}

function writePredictions(db: Database.Database, classIds: readonly number[]): void {
  db.exec(`INSERT INTO splits VALUES (1, 1, 0.6, 0.2, 0.2, 0)`);
  // What the list of models reads of a card.
  const card = {
    ...{ modelId: MODEL_ID, name: 'A drawn model', createdAt: Date.now(), featureKey: 'mobilenet_v2' },
    ...{ recipe: { name: 'one-click' }, engine: { name: 'none' }, classes: [], libraryFingerprint: '' },
    split: { seed: 1, images: { train: 0, validation: 0, test: 0 } },
    test: { accuracy: 0.9, interval: [0.88, 0.92] },
    validation: { accuracy: 0.9 },
  } as unknown as ModelCard;
  insertModel(db, { card, splitId: 1, bytes: 0 });
  const choose = classIds.map((classId, index) => `WHEN ${index} THEN ${classId}`).join(' ');
  const parts = `CASE WHEN image_id % 10 < 6 THEN 'train' WHEN image_id % 10 < 8 THEN 'validation' ELSE 'test' END`;
  db.transaction(() => {
    db.exec(`
      INSERT INTO predictions SELECT '${MODEL_ID}', image_id,
        CASE (image_id + (image_id % 17 = 0)) % ${classIds.length} ${choose} END,
        0.3 + 0.7 * (image_id * 86028121 % 1000081) / 1000081.0, zeroblob(${4 * classIds.length}) FROM images;
      INSERT INTO model_images SELECT '${MODEL_ID}', image_id, ${parts}, 1 FROM images WHERE image_id % 5 < ${LABELLED_OF_FIVE};`);
  })();
}

async function writeThumbnails(file: string, count: number): Promise<void> {
  say(`Writing ${count} thumbnails …`);
  // A million of the usual size would fill a small disk.
  const side = count > 200_000 ? 48 : 128;
  const pictures: Buffer[] = [];
  for (let number = 0; number < Math.min(DRAWN, count); number += 1) {
    const kind = SAMPLE_CLASSES[number % SAMPLE_CLASSES.length]!;
    const rgb = drawSampleTile(1, Math.floor(number / 24), kind, number);
    const raw = { width: SAMPLE_SIDE, height: SAMPLE_SIDE, channels: 3 as const };
    pictures.push(await sharp(rgb, { raw }).resize(side, side).jpeg({ quality: 75 }).toBuffer());
  }
  const db = new Database(file);
  db.pragma('synchronous = OFF');
  const insert = db.prepare(
    `INSERT INTO thumbnails (sha256, jpeg) SELECT ${HASH}, ? FROM (SELECT CAST(? AS INTEGER) AS n)`,
  );
  db.transaction(() => {
    for (let n = 1; n <= count; n += 1) insert.run(pictures[n % pictures.length], n);
  })();
  db.close();
}
