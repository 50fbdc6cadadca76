import type { Database } from 'better-sqlite3';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { breathe } from '../breathe.ts';
import { labelFromFiles } from './fileLabels.ts';
import type { FileSpec } from './fileSpec.ts';
import type { KnownFile } from './importStore.ts';

/** Files per transaction and files looked at in one go, so that the core answers others in between. */
const WRITTEN = 256;
const LOOKED_AT = 2000;

/** What an import knows of the files that it did not read again. */
interface Known {
  readonly known: ReadonlyMap<string, KnownFile>;
  /** Paths that are in the library and no longer on the disk. */
  readonly missing: readonly string[];
}

/** One file whose row no longer says what is true of it. */
interface Change {
  readonly path: string;
  readonly imageId: number;
  readonly isMissing: boolean;
  readonly group: string | null;
  readonly className: string | null;
}

/**
 * Brings groups and labels in line for files that were not read again, and marks those that are gone. Each file and
 * its label change in one transaction, so that an import that is stopped here goes on where it stopped.
 */
export async function refileKnown(
  db: Database,
  rootId: number,
  { known, missing }: Known,
  spec: FileSpec,
  signal: AbortSignal,
): Promise<void> {
  const gone = new Set(missing);
  const update = db.prepare(
    'UPDATE files SET is_missing = ?, group_name = ?, class_name = ? WHERE root_id = ? AND path = ?',
  );
  const dropRejection = db.prepare('DELETE FROM rejections WHERE root_id = ? AND path = ?');
  const write = db.transaction((changes: readonly Change[]) => {
    for (const { path, isMissing, group, className } of changes) {
      update.run(isMissing ? 1 : 0, group, className, rootId, path);
    }
    labelFromFiles(
      db,
      changes.map(({ imageId }) => imageId),
    );
  });
  let changes: Change[] = [];
  let looked = 0;
  const flush = async (): Promise<void> => {
    throwIfCancelled(signal);
    if (changes.length > 0) write.immediate(changes);
    changes = [];
    await breathe();
  };
  for (const [path, before] of known) {
    const isMissing = gone.has(path);
    if (before.imageId === null) {
      if (isMissing) dropRejection.run(rootId, path);
    } else if (isMissing) {
      changes.push({
        path,
        imageId: before.imageId,
        isMissing,
        group: before.group,
        className: before.className,
      });
    } else if (!before.isMissing) {
      const group = spec.groupOf(path);
      const className = spec.classOf(path);
      if (group !== before.group || className !== before.className) {
        changes.push({ path, imageId: before.imageId, isMissing, group, className });
      }
    }
    looked += 1;
    if (changes.length >= WRITTEN || looked % LOOKED_AT === 0) await flush();
  }
  await flush();
}
