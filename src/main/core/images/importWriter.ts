import type { Library } from '../library/library.ts';
import type { FeatureSink } from '../features/featureSink.ts';
import { labelFromFiles } from './fileLabels.ts';
import type { FileSpec } from './fileSpec.ts';
import { saveRejection } from './importStore.ts';
import type { IngestedImage, IngestResult } from './ingestResult.ts';
import { encodeFlags } from './store.ts';

/**
 * Writes what the workers read into the library. One batch is one transaction, after its features are safe on
 * the disk: a crash between the two leaves feature rows that nothing refers to, never the other way round.
 */
export class ImportWriter {
  readonly #library: Library;
  readonly #rootId: number;
  readonly #spec: FileSpec;
  #done = 0;
  #added = 0;

  constructor(library: Library, rootId: number, spec: FileSpec) {
    this.#library = library;
    this.#rootId = rootId;
    this.#spec = spec;
  }

  /** Files written so far, of whatever outcome. */
  get done(): number {
    return this.#done;
  }

  /** Contents that the library did not have before. */
  get added(): number {
    return this.#added;
  }

  async save(results: readonly IngestResult[], sink: FeatureSink | null): Promise<void> {
    const images = results.filter((result) => result.outcome === 'image');
    const rows = await appendFeatures(images, sink);
    const thumbnails: { sha256: string; jpeg: Uint8Array }[] = [];
    for (const { sha256, thumbnail } of images) {
      if (thumbnail !== null) thumbnails.push({ sha256, jpeg: thumbnail.jpeg });
    }
    this.#library.thumbnails.saveAll(thumbnails);
    const { db } = this.#library;
    db.transaction(() => {
      const touched: number[] = [];
      for (const result of results) {
        if (result.outcome === 'rejected') {
          const held = saveRejection(db, this.#rootId, result);
          if (held !== null) touched.push(held);
          continue;
        }
        const imageId = result.outcome === 'known' ? this.#findImage(result.sha256) : this.#saveImage(result);
        if (imageId === null) continue;
        touched.push(imageId);
        touched.push(...this.#saveFile(result, imageId));
        const row = rows.get(result.path);
        if (row !== undefined) sink?.record(imageId, row);
      }
      labelFromFiles(db, touched);
    }).immediate();
    this.#done += results.length;
  }

  #findImage(sha256: string): number | null {
    const sql = 'SELECT image_id FROM images WHERE sha256 = ?';
    return this.#library.db.prepare<[string], number>(sql).pluck().get(sha256) ?? null;
  }

  #saveImage(image: IngestedImage): number {
    const present = this.#findImage(image.sha256);
    if (present !== null) return present;
    this.#added += 1;
    const { quality } = image;
    return this.#library.db
      .prepare<unknown[], number>(
        `INSERT INTO images (sha256, root_id, path, bytes, width, height, format, pages, flags,
           sharpness, brightness, contrast, saturation, background, tissue, overexposed, underexposed, perceptual_hash,
           added_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING image_id`,
      )
      .pluck()
      .get(
        image.sha256,
        this.#rootId,
        image.path,
        image.bytes,
        image.width,
        image.height,
        image.format,
        image.pages,
        encodeFlags(image.flags),
        quality.sharpness,
        quality.brightness,
        quality.contrast,
        quality.saturation,
        quality.background,
        quality.tissue,
        quality.overexposed,
        quality.underexposed,
        image.perceptualHash,
        Date.now(),
      )!;
  }

  /** @returns the image that the path held before, when it was another one. */
  #saveFile(file: { path: string; bytes: number; modifiedMs: number }, imageId: number): number[] {
    const { db } = this.#library;
    const before = db
      .prepare<[number, string], number>('SELECT image_id FROM files WHERE root_id = ? AND path = ?')
      .pluck()
      .get(this.#rootId, file.path);
    db.prepare(
      `INSERT INTO files (root_id, path, image_id, bytes, modified_ms, group_name, class_name)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (root_id, path) DO UPDATE SET image_id = excluded.image_id, bytes = excluded.bytes,
         modified_ms = excluded.modified_ms, is_missing = 0, group_name = excluded.group_name,
         class_name = excluded.class_name`,
    ).run(
      this.#rootId,
      file.path,
      imageId,
      file.bytes,
      file.modifiedMs,
      this.#spec.groupOf(file.path),
      this.#spec.classOf(file.path),
    );
    db.prepare('DELETE FROM rejections WHERE root_id = ? AND path = ?').run(this.#rootId, file.path);
    return before === undefined || before === imageId ? [] : [before];
  }
}

/** Puts features on the disk. @returns the row of each image by its path. */
async function appendFeatures(
  images: readonly IngestedImage[],
  sink: FeatureSink | null,
): Promise<Map<string, number>> {
  if (sink === null) return new Map();
  const featured = images.flatMap(({ path, features }) => (features === null ? [] : [{ path, features }]));
  const first = await sink.append(featured.map(({ features }) => features));
  return new Map(featured.map(({ path }, index) => [path, first + index]));
}
