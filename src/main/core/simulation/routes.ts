import { Hono } from 'hono';
import * as v from 'valibot';
import { SIMULATED_NAMES, SIMULATION_METRICS } from '../../../shared/simulation.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import type { SimulateParams } from './simulateJob.ts';

const count = (low: number, high: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));

/** The pool is at most 8,000 images unless asked: comparing all with all takes time in the square. */
const SimulateBody = v.object({
  strategies: v.optional(v.pipe(v.array(v.picklist(SIMULATED_NAMES)), v.minLength(1), v.maxLength(20)), [
    'default',
    'random',
  ]),
  start: v.optional(count(2, 100_000), 20),
  batch: v.optional(count(1, 100_000), 20),
  until: v.optional(count(2, 1_000_000), 500),
  seeds: v.optional(count(1, 100), 5),
  metric: v.optional(v.picklist(SIMULATION_METRICS), 'accuracy'),
  mostPool: v.optional(count(20, 50_000), 8_000),
  mostTest: v.optional(count(10, 50_000), 4_000),
  skew: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(1000)), 1),
});

/** Replays labelling of a labelled library with several strategies, as a job; its result is a SimulationResult. */
export const simulationRoutes = new Hono<CoreEnv>().post('/simulations', validateBody(SimulateBody), (c) => {
  c.var.studio.requireWritable();
  const params: SimulateParams = c.req.valid('json');
  const title = `Simulate ${params.strategies.join(', ')}`;
  return c.json({ jobId: c.var.studio.requireJobs().start('simulate', title, params).jobId });
});
