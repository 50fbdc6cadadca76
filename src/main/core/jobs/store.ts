import type { Database } from 'better-sqlite3';
import type { Problem } from '../../../shared/errors.ts';
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

export function insertJob(db: Database, kind: JobKind, title: string, params: unknown): Job {
  const record = db
    .prepare<[string, string, string, number], JobRecord>(
      `INSERT INTO jobs (kind, title, params, state, created_at) VALUES (?, ?, ?, 'queued', ?) RETURNING *`,
    )
    .get(kind, title, JSON.stringify(params), Date.now());
  return toJob(record!);
}

export function markJobStarted(db: Database, jobId: number): Job {
  const record = db
    .prepare<[number, number], JobRecord>(
      `UPDATE jobs SET state = 'running', started_at = ? WHERE job_id = ? RETURNING *`,
    )
    .get(Date.now(), jobId);
  return toJob(record!);
}

export function markJobFinished(db: Database, jobId: number, outcome: JobOutcome): Job {
  const record = db
    .prepare<[string, string | null, string | null, number, number], JobRecord>(
      `UPDATE jobs SET state = ?, result = ?, problem = ?, finished_at = ? WHERE job_id = ? RETURNING *`,
    )
    .get(
      outcome.state,
      outcome.result === undefined ? null : JSON.stringify(outcome.result),
      outcome.problem === undefined ? null : JSON.stringify(outcome.problem),
      Date.now(),
      jobId,
    );
  return toJob(record!);
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
