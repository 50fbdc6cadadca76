import { noteFeatureRate } from '../training/rates.ts';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { ImportSummary, RejectionCode } from '../../../shared/images.ts';
import type { GroupSource, LabelSourceSpec } from '../../../shared/importSpec.ts';
import { breathe } from '../breathe.ts';
import { computeFeatures } from '../features/computeFeatures.ts';
import { FeatureSink } from '../features/featureSink.ts';
import { isInside } from '../files/isInside.ts';
import { FailedWithResult, type JobContext } from '../jobs/jobQueue.ts';
import { ProgressMeter } from '../jobs/progressMeter.ts';
import { addedFolder } from './addedPictures.ts';
import { CONFLICT_BIT } from './fileLabels.ts';
import { readFileSpec } from './fileSpec.ts';
import { ImportWriter } from './importWriter.ts';
import {
  countRoot,
  ensureRoot,
  forgetEmptyRoot,
  listConflicts,
  listRejections,
  readKnownFiles,
  type KnownFile,
} from './importStore.ts';
import { measureImages } from './measureImages.ts';
import { prepareImportGraph } from './importGraph.ts';
import { IngestPool } from './ingestPool.ts';
import { ResultBuffer } from './resultBuffer.ts';
import { refileKnown } from './refileKnown.ts';
import { within } from './within.ts';
import { scanFolder, type ScannedFile } from './scanFolder.ts';

export interface ImportParams {
  readonly folder: string;
  readonly labels: LabelSourceSpec;
  readonly groups: GroupSource;
  /** Only these files and folders of it, relative; what else the library knows of the folder stays as it is. */
  readonly only?: readonly string[] | undefined;
}

/** What the files of a root are to the library, before anything is read. */
interface Plan {
  readonly found: ScannedFile[];
  readonly ignored: number;
  /** Files whose content must be read: new ones and changed ones. */
  readonly toRead: ScannedFile[];
  readonly changed: string[];
  readonly missing: string[];
  readonly known: Map<string, KnownFile>;
}

/** Rejections that say something of the machine and not of the file: such files are tried again at every import. */
const PASSING: readonly (RejectionCode | null)[] = ['unreadable_file', 'decoder_crashed', 'timed_out'];

/**
 * The import job. It can be cancelled at any moment and run again: files that are in the library with the same
 * size and time are not read again, so it goes on where it stopped.
 */
export async function runImportJob(params: ImportParams, context: JobContext): Promise<ImportSummary> {
  const { library, signal, report } = context;
  const started = performance.now();
  const folder = path.resolve(params.folder);
  refuseLibraryFolder(folder, library.folder);
  const chosen = await readFileSpec(params.labels, params.groups);
  const rootId = ensureRoot(library.db, folder, path.basename(folder), params);
  const isAsked = within(params.only);
  const known = await readKnownFiles(library.db, rootId);
  for (const path of known.keys()) if (!isAsked(path)) known.delete(path);
  const plan = await planImport(folder, { known, isAsked }, context);
  if (plan.found.length === 0) {
    forgetEmptyRoot(library.db, rootId);
    throw new FoveaError('invalid', 'This folder is empty.', {
      subject: folder,
      todo: 'Choose the folder that holds the pictures.',
    });
  }

  const spec = chosen.apply(plan.found.map((file) => file.path));
  const writer = new ImportWriter(library, rootId, spec);
  const { graph, spec: featureSpec, warning } = await prepareImportGraph();
  const sink = graph === null ? null : await FeatureSink.open(library, graph, featureSpec);
  const pool = new IngestPool({ graph, ...workersFromEnvironment() });
  const meter = new ProgressMeter('reading images', plan.toRead.length);
  const buffer = new ResultBuffer(async (results) => {
    await writer.save(results, sink);
    report(meter.at(writer.done));
    context.events.publish({ type: 'images.changed' });
    await breathe();
  });
  const isKnown = knownContents(library.db);
  const ingestStarted = performance.now();
  try {
    await pool.ingest(plan.toRead, { folder, signal, isKnown }, (results) => buffer.add(results));
  } finally {
    await pool.close();
    await buffer.flush().finally(() => sink?.close());
  }
  throwIfCancelled(signal);
  // How fast this machine is, for the time that a training will take.
  if (graph !== null)
    await noteFeatureRate(featureSpec, writer.added, (performance.now() - ingestStarted) / 1000);

  // Contents that came in earlier without this backbone's features get them now.
  if (graph !== null) await computeFeatures(graph, featureSpec, context);
  await measureImages(context);
  report({ phase: 'filing', done: 0, total: null });
  await refileKnown(library.db, rootId, plan, spec, signal);
  library.db.prepare('UPDATE roots SET scanned_at = ? WHERE root_id = ?').run(Date.now(), rootId);
  for (const type of ['images.changed', 'labels.changed', 'classes.changed', 'library.changed'] as const) {
    context.events.publish({ type });
  }
  const summary = summarise(context, rootId, plan, writer, [...warning, ...spec.warnings], started);
  if (summary.imported + summary.duplicates === 0) {
    const error = new FoveaError(
      'invalid',
      `None of the ${summary.found} files in this folder is a picture that the studio can read.`,
      {
        subject: folder,
        todo: 'The list of rejected files says why for each.',
      },
    );
    throw new FailedWithResult(error, summary);
  }
  return summary;
}

function refuseLibraryFolder(folder: string, libraryFolder: string): void {
  const inside = path.relative(libraryFolder, folder);
  // What was added to the library itself is the one folder in it that holds pictures.
  if (folder !== addedFolder(libraryFolder) && (inside === '' || isInside(inside))) {
    throw new FoveaError('invalid', 'This is the library’s own folder.', {
      subject: folder,
      todo: 'Choose the folder that holds the pictures.',
    });
  }
}

/** Compares what is on the disk with what the library knows. */
async function planImport(
  folder: string,
  { known, isAsked }: { known: Map<string, KnownFile>; isAsked: (path: string) => boolean },
  context: JobContext,
): Promise<Plan> {
  const found: ScannedFile[] = [];
  const toRead: ScannedFile[] = [];
  const changed: string[] = [];
  let ignored = 0;
  const seen = new Set<string>();
  for await (const batch of scanFolder(folder, { signal: context.signal })) {
    ignored += batch.ignored;
    for (const file of batch.files) {
      if (!isAsked(file.path)) continue;
      found.push(file);
      seen.add(file.path);
      const before = known.get(file.path);
      const isSame =
        before !== undefined && before.bytes === file.bytes && before.modifiedMs === file.modifiedMs;
      if (isSame && !before.isMissing && !PASSING.includes(before.rejection)) continue;
      toRead.push(file);
      if (before !== undefined && !isSame) changed.push(file.path);
    }
    context.report({ phase: 'listing files', done: found.length, total: null });
  }
  const missing = [...known]
    .filter(([file, before]) => !seen.has(file) && !before.isMissing)
    .map(([file]) => file);
  return { found, ignored, toRead, changed, missing, known };
}

function summarise(
  { library: { db, folder } }: JobContext,
  rootId: number,
  plan: Plan,
  writer: ImportWriter,
  warnings: readonly string[],
  started: number,
): ImportSummary {
  const counts = countRoot(db, rootId);
  const conflictPaths = listConflicts(db, rootId, CONFLICT_BIT);
  const seconds = (performance.now() - started) / 1000;
  return {
    libraryPath: folder,
    rootId,
    found: plan.found.length,
    imported: counts.imported,
    duplicates: counts.duplicates,
    rejected: listRejections(db, rootId),
    conflicts: conflictPaths.length,
    conflictPaths,
    ignored: plan.ignored,
    added: writer.added,
    changed: plan.changed,
    missing: plan.missing,
    labelled: counts.labelled,
    groups: counts.groups,
    seconds: Math.round(seconds * 1000) / 1000,
    imagesPerSecond: plan.toRead.length === 0 ? 0 : Math.round((10 * writer.done) / seconds) / 10,
    warnings,
  };
}

/** Which contents need no second decoding. */
function knownContents(db: Database): (sha256: string) => boolean {
  const find = db.prepare<[string], number>('SELECT 1 FROM images WHERE sha256 = ?').pluck();
  return (sha256) => find.get(sha256) !== undefined;
}

/** `FOVEA_WORKERS` limits the worker processes, for benchmarks and for machines that are needed for other work. */
function workersFromEnvironment(): { workers?: number } {
  const wanted = Number(process.env['FOVEA_WORKERS']);
  return Number.isInteger(wanted) && wanted > 0 ? { workers: wanted } : {};
}
