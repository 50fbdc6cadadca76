import { FoveaError, isProblem, toProblem, type Problem } from '../../../shared/errors.ts';

/** What crosses the pipe between the core and one of its worker processes (structured clone, both ways). */
export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'note'; readonly id: number; readonly note: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: Problem };

/** An error as a message: our own keep their code, others become `internal` with their text. */
export function describeError(error: unknown): Problem {
  if (error instanceof FoveaError) return toProblem(error);
  if (isProblem(error)) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return toProblem(new FoveaError('internal', text));
}
