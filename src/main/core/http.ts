import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { validator } from 'hono/validator';
import * as v from 'valibot';
import { FoveaError, toProblem, type Problem } from '../../shared/errors.ts';
import { logFailure } from './log/log.ts';
import { translateDatabaseError } from './library/connection.ts';
import type { Studio } from './studio.ts';

/** What every route can use. */
export interface CoreEnv {
  Variables: { studio: Studio };
}

/** A check whose input (what the client sends) and output (what the route gets) are typed apart. */
type Checked<Target extends 'json' | 'query' | 'param', Schema extends v.GenericSchema> = MiddlewareHandler<
  CoreEnv,
  string,
  { in: Record<Target, v.InferInput<Schema>>; out: Record<Target, v.InferOutput<Schema>> }
>;

/** Checks the JSON body of a request. Throws `invalid` naming the field. */
export function validateBody<Schema extends v.GenericSchema>(schema: Schema): Checked<'json', Schema> {
  return validator('json', (value) => parseWith(schema, value)) as Checked<'json', Schema>;
}

export function validateQuery<Schema extends v.GenericSchema>(schema: Schema): Checked<'query', Schema> {
  return validator('query', (value) => parseWith(schema, value)) as Checked<'query', Schema>;
}

export function validateParams<Schema extends v.GenericSchema>(schema: Schema): Checked<'param', Schema> {
  return validator('param', (value) => parseWith(schema, value)) as Checked<'param', Schema>;
}

function parseWith<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new FoveaError('invalid', issue.message, { subject: v.getDotPath(issue) ?? 'request' });
}

/** The body of a request as bytes. @throws FoveaError `invalid` when there are more than `most` */
export async function readBody(request: Request, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > most) {
      throw new FoveaError('invalid', `This is larger than ${Math.round(most / 2 ** 20)} MB.`, {
        todo: 'Import it from a folder instead.',
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Answers a failed request with its problem document; what was not foreseen gets an incident id. */
export function answerError(error: Error, c: Context): Response {
  if (error instanceof HTTPException) {
    return problemResponse(c, toProblem(new FoveaError('invalid', 'The request was not understood.')));
  }
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
