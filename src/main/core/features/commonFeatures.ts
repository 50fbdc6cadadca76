import type { Database } from 'better-sqlite3';
import { DECODER_VERSION } from '../images/decoderVersion.ts';

/** One kind of features and how many numbers an image has of it. */
export interface FeatureSet {
  readonly featureKey: string;
  readonly dims: number;
}

/**
 * The features that most images have, of one network and view: what is compared and learnt from where no recipe says
 * which. Sets that a recipe put together (`set-…`) do not count. null while no image has any.
 */
export function findCommonFeatures(db: Database): FeatureSet | null {
  const found = db
    .prepare<[string], FeatureSet>(
      `SELECT feature_key AS featureKey, dims FROM feature_sets s
       WHERE decoder_version = ? AND feature_key NOT LIKE 'set-%'
         AND EXISTS (SELECT 1 FROM feature_rows r WHERE r.feature_key = s.feature_key)
       ORDER BY (SELECT count(*) FROM feature_rows r WHERE r.feature_key = s.feature_key) DESC, feature_key LIMIT 1`,
    )
    .get(DECODER_VERSION);
  return found ?? null;
}
