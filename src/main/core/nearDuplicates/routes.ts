import { Hono } from 'hono';
import * as v from 'valibot';
import { LEAST_LIKENESS } from '../../../shared/nearDuplicates.ts';
import { validateBody, validateQuery, type CoreEnv } from '../http.ts';
import { excludeImages } from '../images/curation.ts';
import { IntegerText, RowId } from '../requestSchemas.ts';
import { listFiledConflicts } from './filedConflicts.ts';
import { forgetDecisions, keepApart, keepTogether } from './pairStore.ts';
import { listStacks, readStacks } from './stacks.ts';

const Likeness = v.pipe(v.number(), v.minValue(LEAST_LIKENESS), v.maxValue(1));

const StackQuery = v.object({
  least: v.pipe(v.string(), v.toNumber(), Likeness),
  first: v.optional(v.pipe(IntegerText, v.minValue(0)), '0'),
  count: v.optional(v.pipe(IntegerText, v.minValue(1), v.maxValue(200)), '50'),
  onlyConflicts: v.optional(
    v.pipe(
      v.picklist(['0', '1']),
      v.transform((text) => text === '1'),
    ),
    '0',
  ),
});

/** What becomes of the images of one stack; `keep-first` leaves the others out of training. */
const Decision = v.picklist(['keep-first', 'keep-all', 'keep-together']);
const SettleBody = v.object({
  decision: Decision,
  /** The images of the stack, the one to keep first. */
  imageIds: v.pipe(v.array(RowId), v.minLength(2), v.maxLength(100_000)),
});
const SettleAllBody = v.object({
  decision: Decision,
  least: Likeness,
  /** Only stacks whose images a split puts into different parts. */
  onlySplit: v.optional(v.boolean(), false),
});
const ReopenBody = v.object({
  decision: Decision,
  stacks: v.array(v.pipe(v.array(RowId), v.minLength(2))),
});

export const nearDuplicateRoutes = new Hono<CoreEnv>()
  .post('/near-duplicates/search', (c) => {
    c.var.studio.requireWritable();
    return c.json({
      jobId: c.var.studio.requireJobs().start('near-duplicates', 'Look for near duplicates', {}).jobId,
    });
  })
  .get('/near-duplicates', validateQuery(StackQuery), (c) =>
    c.json(readStacks(c.var.studio.requireLibrary().db, c.req.valid('query'))),
  )
  .post('/near-duplicates/settle', validateBody(SettleBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { decision, imageIds } = c.req.valid('json');
    settle(db, decision, [imageIds]);
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ stacks: [imageIds] });
  })
  .post('/near-duplicates/settle-all', validateBody(SettleAllBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { decision, least, onlySplit } = c.req.valid('json');
    const stacks = listStacks(db, least, onlySplit);
    settle(db, decision, stacks);
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ stacks });
  })
  // Undoes what one of the two above did; they return what it needs.
  .post('/near-duplicates/reopen', validateBody(ReopenBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { decision, stacks } = c.req.valid('json');
    db.transaction(() => {
      for (const stack of stacks) {
        if (decision === 'keep-first') excludeImages(db, stack.slice(1), false);
        else forgetDecisions(db, stack);
      }
    }).immediate();
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ ok: true });
  })
  .get('/filed-conflicts', (c) =>
    c.json({ conflicts: listFiledConflicts(c.var.studio.requireLibrary().db) }),
  );

type Db = Parameters<typeof listStacks>[0];

function settle(
  db: Db,
  decision: v.InferOutput<typeof Decision>,
  stacks: readonly (readonly number[])[],
): void {
  db.transaction(() => {
    for (const stack of stacks) {
      if (decision === 'keep-first') excludeImages(db, stack.slice(1), true);
      else if (decision === 'keep-all') keepApart(db, stack);
      else keepTogether(db, stack);
    }
  }).immediate();
}
