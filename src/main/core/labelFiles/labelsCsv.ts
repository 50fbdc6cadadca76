import { open } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import { guardSpreadsheetText } from '../../../shared/spreadsheetText.ts';
import { breathe } from '../breathe.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import type { LabelledFile } from './labelRows.ts';

/** By its first line an earlier table of ours is known. */
const HEADING = '\uFEFFpath,class,group,reader,time,source,root\r\n';
const ROWS_AT_ONCE = 2000;

/**
 * Writes labels as CSV in UTF-8 with a byte-order mark: path, class, group, reader, time (ISO 8601, UTC), source and
 * root (the name of the imported folder). Text that a spreadsheet could run as a formula is preceded by an
 * apostrophe, which reading the table here takes away again. Returns the number of rows.
 * @throws FoveaError `conflict` when a file of this name is not such a table, `cancelled`, those of the file system.
 */
export async function writeLabelsCsv(
  file: string,
  rows: Iterable<LabelledFile>,
  { signal, onRows }: { readonly signal: AbortSignal; readonly onRows: (written: number) => void },
): Promise<number> {
  await requireReplaceable(file);
  const blocks = [Buffer.from(HEADING)];
  let written = 0;
  let waiting: string[][] = [];
  const flush = async (): Promise<void> => {
    blocks.push(Buffer.from(stringify(waiting, { escape_formulas: true, record_delimiter: 'windows' })));
    written += waiting.length;
    waiting = [];
    onRows(written);
    await breathe();
    throwIfCancelled(signal);
  };
  for (const row of rows) {
    waiting.push(toCells(row));
    if (waiting.length === ROWS_AT_ONCE) await flush();
  }
  await flush();
  await writeFileAtomic(file, Buffer.concat(blocks));
  return written;
}

function toCells({ path, className, group, reader, at, source, root }: LabelledFile): string[] {
  const texts = [path, className, group ?? '', reader, new Date(at).toISOString(), source, root];
  return texts.map(guardSpreadsheetText);
}

/** Nothing that a person has put there is ever replaced; an earlier table is. */
async function requireReplaceable(file: string): Promise<void> {
  const start = await readStart(file, Buffer.byteLength(HEADING));
  if (start === null || start === HEADING) return;
  throw new FoveaError('conflict', 'There is another file of this name.', {
    subject: file,
    todo: 'Choose another name or folder.',
  });
}

/** The first bytes of a file as text; null when there is no such file. */
async function readStart(file: string, length: number): Promise<string | null> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const translated = translateFileError(error, file);
    if (translated.code === 'not_found') return null;
    throw translated;
  }
}
