import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { SPOT_CHECK_CONFIDENCE, type SpotCheck, type SpotCheckImage } from '../../../shared/spotChecks.ts';
import { resolveSelection, type Selection } from '../images/selection.ts';
import { createRandom } from '../math/random.ts';
import { upperShareBound } from '../math/shareBound.ts';
import { findClass } from './classes.ts';
import type { LabelChange } from './labelEvents.ts';
import { presentReaderId } from './readers.ts';

/** What is to be labelled, and how. */
export interface CheckPlan {
  readonly selection: Selection;
  /** The class that all get, or what a model says of each when it is at least so sure. */
  readonly proposal:
    | { readonly kind: 'class'; readonly classId: number }
    | { readonly kind: 'prediction'; readonly modelId: string; readonly minConfidence: number };
  /** Also images that carry another label already. */
  readonly relabel: boolean;
  readonly sample: number;
  readonly seed: number;
}

/**
 * Draws a random sample of the images that a plan would label, for a reader to look at first. What would be labelled is
 * kept as it is now, so that the bound speaks of just these images whatever changes meanwhile.
 * @returns the id of the check
 * @throws FoveaError `invalid` when there is nothing to label, `not_found` for an unknown class
 */
export function drawSpotCheck(db: Database, plan: CheckPlan): number {
  return db
    .transaction(() => {
      const proposed = proposeLabels(db, plan);
      if (proposed.length === 0) {
        throw new FoveaError('invalid', 'None of these images would get another label.', {
          todo:
            plan.proposal.kind === 'prediction'
              ? 'Lower the confidence, or choose images that the model has looked at.'
              : 'Choose images without a label, or allow to label again.',
        });
      }
      const lastEvent = db
        .prepare<[], number>('SELECT coalesce(max(event_id), 0) FROM label_events')
        .pluck()
        .get()!;
      const { kind } = plan.proposal;
      const checkId = Number(
        db
          .prepare(
            `INSERT INTO spot_checks
               (reader_id, class_id, model_id, seed, population, image_ids, class_ids, last_event, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(
            presentReaderId(db),
            kind === 'class' ? plan.proposal.classId : null,
            kind === 'prediction' ? plan.proposal.modelId : null,
            plan.seed,
            proposed.length,
            packIds(proposed.map(({ imageId }) => imageId)),
            packIds(proposed.map(({ classId }) => classId)),
            lastEvent,
            Date.now(),
          ).lastInsertRowid,
      );
      const insert = db.prepare(
        'INSERT INTO spot_check_images (check_id, position, image_id, class_id) VALUES (?, ?, ?, ?)',
      );
      const sample = createRandom(plan.seed)
        .shuffle([...proposed])
        .slice(0, plan.sample);
      for (const [position, { imageId, classId }] of sample.entries()) {
        insert.run(checkId, position, imageId, classId);
      }
      return checkId;
    })
    .immediate();
}

interface Proposed {
  readonly imageId: number;
  readonly classId: number;
}

/**
 * How many images accepting what a model says would label, for each least confidence of 0, 1, … 100 %, so that a person
 * sees the number move with the slider.
 */
export function countAcceptable(
  db: Database,
  { selection, modelId, relabel }: { selection: Selection; modelId: string; relabel: boolean },
): number[] {
  const counts = new Array<number>(101).fill(0);
  const confidenceOf = new Map(
    db
      .prepare<[string], [number, number]>('SELECT image_id, confidence FROM predictions WHERE model_id = ?')
      .raw()
      .all(modelId),
  );
  const proposal = { kind: 'prediction', modelId, minConfidence: 0 } as const;
  for (const { imageId } of proposeLabels(db, { selection, proposal, relabel })) {
    // Rounded as a stored 0.95 may be a hair below it.
    counts[Math.min(100, Math.floor((confidenceOf.get(imageId) ?? 0) * 100 + 1e-9))]! += 1;
  }
  for (let percent = 99; percent >= 0; percent -= 1) counts[percent]! += counts[percent + 1]!;
  return counts;
}

/** The labels that a plan would give, in rising order of image. */
function proposeLabels(
  db: Database,
  { selection, proposal, relabel }: Pick<CheckPlan, 'selection' | 'proposal' | 'relabel'>,
): Proposed[] {
  const imageIds = Uint32Array.from(new Set(resolveSelection(db, selection))).sort();
  const labelOf = new Map(
    db.prepare<[], [number, number]>('SELECT image_id, class_id FROM labels').raw().all(),
  );
  const isOpen = ({ imageId, classId }: Proposed): boolean => {
    const present = labelOf.get(imageId);
    return present === undefined || (relabel && present !== classId);
  };
  if (proposal.kind === 'class') {
    const { classId } = findClass(db, proposal.classId);
    return Array.from(imageIds, (imageId) => ({ imageId, classId })).filter(isOpen);
  }
  const predicted = new Map(
    db
      .prepare<[string, number], [number, number]>(
        `SELECT p.image_id, p.class_id FROM predictions p JOIN classes c USING (class_id)
         WHERE p.model_id = ? AND p.confidence >= ? AND c.state <> 'deleted'`,
      )
      .raw()
      .all(proposal.modelId, proposal.minConfidence - 1e-9),
  );
  return [...imageIds]
    .flatMap((imageId) => {
      const classId = predicted.get(imageId);
      return classId === undefined ? [] : [{ imageId, classId }];
    })
    .filter(isOpen);
}

interface CheckRecord {
  check_id: number;
  class_id: number | null;
  model_id: string | null;
  seed: number;
  population: number;
  state: SpotCheck['state'];
}

/** @throws FoveaError `not_found`. */
export function findSpotCheck(db: Database, checkId: number): SpotCheck {
  const record = db
    .prepare<[number], CheckRecord>(
      'SELECT check_id, class_id, model_id, seed, population, state FROM spot_checks WHERE check_id = ?',
    )
    .get(checkId);
  if (record === undefined) {
    throw new FoveaError('not_found', 'There is no such spot-check.', { subject: String(checkId) });
  }
  const images = db
    .prepare<[number], Omit<SpotCheckImage, 'isRight'> & { isRight: number | null }>(
      `SELECT s.image_id AS imageId, i.sha256, i.path, s.class_id AS classId, s.is_right AS isRight
       FROM spot_check_images s JOIN images i USING (image_id) WHERE s.check_id = ? ORDER BY s.position`,
    )
    .all(checkId)
    .map((row) => ({ ...row, isRight: row.isRight === null ? null : row.isRight === 1 }));
  const looked = images.filter(({ isRight }) => isRight !== null).length;
  const wrong = images.filter(({ isRight }) => isRight === false).length;
  return {
    checkId,
    classId: record.class_id,
    seed: record.seed,
    population: record.population,
    state: record.state,
    images,
    looked,
    wrong,
    // Whoever looked at all of them knows the share.
    wrongAtMost:
      looked >= record.population
        ? wrong / record.population
        : upperShareBound(wrong, looked, SPOT_CHECK_CONFIDENCE),
  };
}

/** Checks that are neither applied nor dropped, newest first. */
export function listOpenSpotChecks(db: Database): SpotCheck[] {
  const sql = `SELECT check_id FROM spot_checks WHERE state = 'open' ORDER BY check_id DESC`;
  return db
    .prepare<[], number>(sql)
    .pluck()
    .all()
    .map((checkId) => findSpotCheck(db, checkId));
}

/**
 * Records what the reader says of images of the sample; null takes it back.
 * @throws FoveaError `not_found` for an image outside the sample, `conflict` for a closed check
 */
export function judgeSpotCheck(
  db: Database,
  checkId: number,
  imageIds: readonly number[],
  isRight: boolean | null,
): SpotCheck {
  return db
    .transaction(() => {
      requireOpen(findSpotCheck(db, checkId));
      const put = db.prepare('UPDATE spot_check_images SET is_right = ? WHERE check_id = ? AND image_id = ?');
      for (const imageId of imageIds) {
        if (put.run(isRight === null ? null : Number(isRight), checkId, imageId).changes === 1) continue;
        throw new FoveaError('not_found', 'This image is not part of the sample.', {
          subject: String(imageId),
        });
      }
      return findSpotCheck(db, checkId);
    })
    .immediate();
}

/** Gives a check up; no label changes. @throws FoveaError `not_found`, `conflict` when it is closed. */
export function dropSpotCheck(db: Database, checkId: number): void {
  requireOpen(findSpotCheck(db, checkId));
  closeCheck(db, checkId, 'dropped', null);
}

/**
 * The labels that an accepted check gives: all but what the reader called wrong and what has got another label since.
 * @throws FoveaError `not_found`, `conflict` for a closed check or one of which nothing was looked at
 */
export function labelsOfSpotCheck(db: Database, checkId: number): LabelChange[] {
  const check = findSpotCheck(db, checkId);
  requireOpen(check);
  const { image_ids, class_ids, last_event } = db
    .prepare<[number], { image_ids: Buffer; class_ids: Buffer; last_event: number }>(
      'SELECT image_ids, class_ids, last_event FROM spot_checks WHERE check_id = ?',
    )
    .get(checkId)!;
  const skipped = new Set(
    db
      .prepare<[number], number>('SELECT image_id FROM label_events WHERE event_id > ?')
      .pluck()
      .all(last_event),
  );
  for (const { imageId, isRight } of check.images) if (isRight === false) skipped.add(imageId);
  const classIds = unpackIds(class_ids);
  return [...unpackIds(image_ids)]
    .map((imageId, index) => ({ imageId, classId: classIds[index]! }))
    .filter(({ imageId }) => !skipped.has(imageId));
}

function packIds(ids: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(ids).buffer);
}

function unpackIds(bytes: Buffer): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}

/** Notes that a check is done with. */
export function closeCheck(
  db: Database,
  checkId: number,
  state: 'applied' | 'dropped',
  batchId: number | null,
): void {
  db.prepare(
    `UPDATE spot_checks SET state = ?, batch_id = ?, image_ids = x'', class_ids = x''
     WHERE check_id = ?`,
  ).run(state, batchId, checkId);
}

function requireOpen({ state }: SpotCheck): void {
  if (state === 'open') return;
  throw new FoveaError('conflict', 'This spot-check is closed.', {
    todo: state === 'applied' ? 'Its labels are given; undo takes them back.' : 'Draw a new one.',
  });
}
