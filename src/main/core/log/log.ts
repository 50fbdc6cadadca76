import { randomBytes } from 'node:crypto';

/** Writes one line to the core's log (standard error; the host keeps it). Never file names of a person's data. */
export function log(message: string): void {
  process.stderr.write(`${new Date().toISOString()} core ${message}\n`);
}

/** Logs an unexpected failure whole and returns the id under which a person can quote it. */
export function logFailure(error: unknown): string {
  const incident = randomBytes(4).toString('hex');
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause =
    error instanceof Error && error.cause instanceof Error ? `\n  caused by ${error.cause.stack}` : '';
  log(`incident ${incident}: ${text}${cause}`);
  return incident;
}
