import { serveWorker } from '../workers/serveWorker.ts';
import { evaluate, type EvaluationInput } from './evaluate.ts';

// Intervals are drawn from thousands of resamplings: longer than the core may be busy.
serveWorker({ evaluate: (input: EvaluationInput) => evaluate(input) });
