import { vValidator } from '@hono/valibot-validator';
import type { Context } from 'hono';
import type * as v from 'valibot';
import { FoveaError, toProblem, type Problem } from '../../shared/errors.ts';
import { logFailure } from './log/log.ts';
import { translateDatabaseError } from './library/connection.ts';
import type { Studio } from './studio.ts';

/** What every route can use. */
export interface CoreEnv {
  Variables: { studio: Studio };
}

type Checked = { success: true } | { success: false; issues: readonly v.BaseIssue<unknown>[] };

function refuseInvalid(result: Checked, c: Context): Response | undefined {
  if (result.success) return undefined;
  const issue = result.issues[0];
  const field = issue?.path?.map((each) => String(each.key)).join('.') ?? '';
  return problemResponse(
    c,
    toProblem(
      new FoveaError('invalid', issue?.message ?? 'The request was not understood.', { subject: field }),
    ),
  );
}

/** Checks the JSON body of a request; a wrong one is answered with `invalid` naming the field. */
export function validateBody<S extends v.GenericSchema>(schema: S) {
  return vValidator('json', schema, (result, c) => refuseInvalid(result as Checked, c));
}

export function validateQuery<S extends v.GenericSchema>(schema: S) {
  return vValidator('query', schema as never, (result: unknown, c) =>
    refuseInvalid(result as Checked, c),
  ) as ReturnType<typeof vValidator<S, 'query', CoreEnv, string>>;
}

export function validateParams<S extends v.GenericSchema>(schema: S) {
  return vValidator('param', schema as never, (result: unknown, c) =>
    refuseInvalid(result as Checked, c),
  ) as ReturnType<typeof vValidator<S, 'param', CoreEnv, string>>;
}

/** Answers a failed request with its problem document; what was not foreseen gets an incident id. */
export function answerError(error: Error, c: Context): Response {
  const known = translateDatabaseError(error, '');
  if (known instanceof FoveaError && known.code !== 'internal') return problemResponse(c, toProblem(known));
  const incident = logFailure(error);
  const shown = new FoveaError('internal', 'Something failed inside the studio.', {
    todo: `Nothing saved is lost. If it happens again, report incident ${incident}.`,
  });
  return problemResponse(c, toProblem(shown, incident));
}

export function problemResponse(c: Context, problem: Problem): Response {
  return c.body(JSON.stringify(problem), problem.status as 400, {
    'content-type': 'application/problem+json',
  });
}
