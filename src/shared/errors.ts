/** What kind of failure a person or program meets; every error that crosses a process boundary carries one. */
export const ERROR_CODES = [
  'invalid',
  'not_found',
  'conflict',
  'busy',
  'cancelled',
  'unreadable',
  'no_space',
  'unsupported',
  'newer_library',
  'corrupt',
  'disconnected',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a failure is about and what a person can do; both are shown beside the message. */
export interface ErrorContext {
  /** The file, class or library concerned, as a person knows it. Never sent into exports. */
  readonly subject?: string;
  /** One sentence: what to do now. */
  readonly todo?: string;
  readonly cause?: unknown;
}

/** The only error class that our own code throws on purpose: a code, a sentence, and what to do. */
export class FoveaError extends Error {
  readonly code: ErrorCode;
  readonly subject: string | undefined;
  readonly todo: string | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = 'FoveaError';
    this.code = code;
    this.subject = context.subject;
    this.todo = context.todo;
  }
}

/** An error as it crosses HTTP: RFC 9457 problem details with our code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly subject?: string;
  readonly todo?: string;
  /** For `internal` only: the id under which the log holds the whole story. */
  readonly incident?: string;
}

const STATUS: Record<ErrorCode, number> = {
  invalid: 422,
  not_found: 404,
  conflict: 409,
  busy: 423,
  cancelled: 499,
  unreadable: 422,
  no_space: 507,
  unsupported: 415,
  newer_library: 409,
  corrupt: 500,
  disconnected: 503,
  internal: 500,
};

const TITLE: Record<ErrorCode, string> = {
  invalid: 'That cannot be used',
  not_found: 'Not found',
  conflict: 'That conflicts with what is there',
  busy: 'In use',
  cancelled: 'Cancelled',
  unreadable: 'Cannot be read',
  no_space: 'No space left',
  unsupported: 'Not supported',
  newer_library: 'Made by a newer version',
  corrupt: 'Damaged',
  disconnected: 'Connection lost',
  internal: 'Something went wrong inside the studio',
};

/** Turns a FoveaError into its problem document. */
export function toProblem(error: FoveaError, incident?: string): Problem {
  return {
    type: `urn:fovea:error:${error.code}`,
    title: TITLE[error.code],
    status: STATUS[error.code],
    detail: error.message,
    code: error.code,
    ...(error.subject === undefined ? {} : { subject: error.subject }),
    ...(error.todo === undefined ? {} : { todo: error.todo }),
    ...(incident === undefined ? {} : { incident }),
  };
}

/** Turns a problem document back into the error it was; anything else becomes `internal`. */
export function fromProblem(value: unknown): FoveaError {
  if (isProblem(value)) {
    return new FoveaError(value.code, value.detail, {
      ...(value.subject === undefined ? {} : { subject: value.subject }),
      ...(value.todo === undefined ? {} : { todo: value.todo }),
    });
  }
  return new FoveaError('internal', 'The answer was not understood.');
}

export function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<Record<keyof Problem, unknown>>;
  return (
    typeof candidate.detail === 'string' &&
    typeof candidate.code === 'string' &&
    (ERROR_CODES as readonly string[]).includes(candidate.code)
  );
}

/** Throws `cancelled` when the signal has been aborted; called between batches of long work. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FoveaError('cancelled', 'Cancelled.');
}
