import type { Database } from 'better-sqlite3';
import { FoveaError, type Problem } from '../../../shared/errors.ts';
import { JOB_KINDS, type Job, type JobKind, type JobState } from '../../../shared/jobs.ts';

interface JobRecord {
  job_id: number;
  kind: string;
  title: string;
  params: string;
  state: string;
  result: string | null;
  problem: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

/** How a finished job ended. */
export interface JobOutcome {
  readonly state: JobState;
  readonly result?: unknown;
  readonly problem?: Problem;
}

function toJob(record: JobRecord): Job {
  return {
    jobId: record.job_id,
    kind: JOB_KINDS.find((kind) => kind === record.kind) ?? 'import',
    state: record.state as JobState,
    title: record.title,
    progress: null,
    result: record.result === null ? null : (JSON.parse(record.result) as unknown),
    problem: record.problem === null ? null : (JSON.parse(record.problem) as Problem),
    createdAt: record.created_at,
    startedAt: record.started_at,
    finishedAt: record.finished_at,
  };
}

/**
 * Runs a writing statement that returns its row. Not `get`, which stops after the first row and so never learns that
 * the commit behind it failed on a full disk.
 */
function writeRow(statement: { all(...values: unknown[]): JobRecord[] }, ...values: unknown[]): Job {
  const [record] = statement.all(...values);
  if (record === undefined) throw new FoveaError('not_found', 'There is no such job.');
  return toJob(record);
}

export function insertJob(db: Database, kind: JobKind, title: string, params: unknown): Job {
  const insert = db.prepare<unknown[], JobRecord>(
    `INSERT INTO jobs (kind, title, params, state, created_at) VALUES (?, ?, ?, 'queued', ?) RETURNING *`,
  );
  return writeRow(insert, kind, title, JSON.stringify(params), Date.now());
}

export function markJobStarted(db: Database, jobId: number): Job {
  const update = db.prepare<unknown[], JobRecord>(
    `UPDATE jobs SET state = 'running', started_at = ? WHERE job_id = ? RETURNING *`,
  );
  return writeRow(update, Date.now(), jobId);
}

export function markJobFinished(db: Database, jobId: number, outcome: JobOutcome): Job {
  const update = db.prepare<unknown[], JobRecord>(
    `UPDATE jobs SET state = ?, result = ?, problem = ?, finished_at = ? WHERE job_id = ? RETURNING *`,
  );
  const asText = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  return writeRow(update, outcome.state, asText(outcome.result), asText(outcome.problem), Date.now(), jobId);
}

/** Jobs that were waiting or running when the program ended: they did not finish and can be run again. */
export function markInterruptedJobs(db: Database): number {
  return db
    .prepare(`UPDATE jobs SET state = 'interrupted', finished_at = ? WHERE state IN ('queued', 'running')`)
    .run(Date.now()).changes;
}

export function findJob(db: Database, jobId: number): Job | null {
  const record = db.prepare<[number], JobRecord>('SELECT * FROM jobs WHERE job_id = ?').get(jobId);
  return record === undefined ? null : toJob(record);
}

/** The newest jobs first. */
export function listJobs(db: Database, limit: number): Job[] {
  return db
    .prepare<[number], JobRecord>('SELECT * FROM jobs ORDER BY job_id DESC LIMIT ?')
    .all(limit)
    .map(toJob);
}

export function readJobParams(db: Database, jobId: number): unknown {
  const record = db
    .prepare<[number], { params: string }>('SELECT params FROM jobs WHERE job_id = ?')
    .get(jobId);
  return record === undefined ? null : (JSON.parse(record.params) as unknown);
}
