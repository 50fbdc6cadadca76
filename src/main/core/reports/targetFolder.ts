import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';

/** The files of a report. */
const OWN: readonly string[] = ['report.html', 'report.json', 'predictions.csv'];
const LITTER: readonly string[] = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];
const EarlierReport = v.looseObject({ format: v.literal('fovea-report') });

/**
 * Makes sure that a report may be written into a folder: it is not there, is empty, or holds an earlier report and
 * nothing else. Throws `conflict` otherwise, so that no file of a person is ever replaced.
 */
export async function requireReportFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    const translated = translateFileError(error, folder);
    if (translated.code === 'not_found') return [];
    throw translated;
  });
  const present = names.filter((name) => !LITTER.includes(name));
  const foreign = present.find((name) => !OWN.includes(name));
  if (foreign !== undefined) throw occupied(folder, `This folder holds other files, such as ${foreign}.`);
  if (present.length > 0 && !(await holdsReport(folder))) {
    throw occupied(folder, `This folder holds a file ${present[0]} that is not of a report.`);
  }
}

async function holdsReport(folder: string): Promise<boolean> {
  try {
    const text = await readFile(path.join(folder, 'report.json'), 'utf8');
    return v.is(EarlierReport, JSON.parse(text));
  } catch {
    return false;
  }
}

function occupied(folder: string, sentence: string): FoveaError {
  return new FoveaError('conflict', sentence, { subject: folder, todo: 'Choose a new or empty folder.' });
}
