import { statSync } from 'node:fs';
import path from 'node:path';
import type { Library } from '../library/library.ts';

/** The file that holds the features of a key. */
export function featureFile(library: Library, featureKey: string): string {
  return path.join(library.folder, 'features', `${featureKey}.f32`);
}

/** Each feature file with what is wrong with it, or null: it must hold at least the rows the database names. */
export function listFeatureFiles(library: Library): { featureKey: string; problem: string | null }[] {
  return library.db
    .prepare<[], { featureKey: string; dims: number; rows: number }>(
      `SELECT s.feature_key AS featureKey, s.dims,
         (SELECT coalesce(max(row) + 1, 0) FROM feature_rows r WHERE r.feature_key = s.feature_key) AS rows
       FROM feature_sets s`,
    )
    .all()
    .map(({ featureKey, dims, rows }) => {
      const wanted = rows * dims * Float32Array.BYTES_PER_ELEMENT;
      const size = statSync(featureFile(library, featureKey), { throwIfNoEntry: false })?.size ?? 0;
      const problem =
        size >= wanted
          ? null
          : `The features of ${featureKey} are ${wanted - size} bytes short; they will be computed anew.`;
      return { featureKey, problem };
    });
}
