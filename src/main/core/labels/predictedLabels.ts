import type { Database } from 'better-sqlite3';
import type { LabelChange } from './labelEvents.ts';

/** What a model says of the given images, as labels; images it says nothing of are left out. */
export function listPredictedLabels(
  db: Database,
  imageIds: readonly number[],
  modelId: string,
): LabelChange[] {
  const find = db
    .prepare<[string, number], number>(
      `SELECT p.class_id FROM predictions p JOIN classes c USING (class_id)
       WHERE p.model_id = ? AND p.image_id = ? AND c.state <> 'deleted'`,
    )
    .pluck();
  return imageIds.flatMap((imageId) => {
    const classId = find.get(modelId, imageId);
    return classId === undefined ? [] : [{ imageId, classId }];
  });
}
