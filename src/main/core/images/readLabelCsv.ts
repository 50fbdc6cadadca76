import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { FoveaError } from '../../../shared/errors.ts';
import type { TableColumns } from '../../../shared/importSpec.ts';
import { unguardSpreadsheetText } from '../../../shared/spreadsheetText.ts';
import { translateFileError } from '../files/fileErrors.ts';

/** One row of a person's table of labels. */
export interface LabelRow {
  /** Path or file name as written, with forward slashes. */
  readonly file: string;
  readonly className: string | null;
  readonly group: string | null;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** Header words by what the column holds, in order of preference; compared without case, `_`, `-` and spaces. */
const HEADERS = {
  file: [
    'path',
    'relativepath',
    'filepath',
    'file',
    'filename',
    'image',
    'imagepath',
    'imageid',
    'name',
    'id',
  ],
  class: ['class', 'label', 'classname', 'category', 'diagnosis', 'dx', 'target', 'y'],
  group: [
    'group',
    'patient',
    'patientid',
    'case',
    'caseid',
    'slide',
    'slideid',
    'subject',
    'subjectid',
    'donor',
  ],
} as const;

const MAX_TABLE_BYTES = 200e6;
const PIECE_CHARACTERS = 65_536;

/** A row of a table as it is written. */
export interface TableRecord {
  readonly cells: readonly string[];
  /** Line in the file, from 1. */
  readonly line: number;
}

/**
 * Reads a CSV of file and class, file and group, or all three: comma, semicolon or tab, with or without a
 * header, UTF-8, UTF-16 or Windows-1252. `wants` says what a table without a header holds in its second column;
 * a third one is then the group. Throws FoveaError: `invalid` when it is no such table, or that of the file system.
 * @param chosen the columns, where a person chose them
 */
export async function readLabelCsv(
  file: string,
  wants: 'class' | 'group',
  chosen?: TableColumns,
): Promise<LabelRow[]> {
  const rows: LabelRow[] = [];
  let columns = chosen;
  for await (const { cells, line, isFirst } of readRecords(file)) {
    columns ??= findColumns(cells, wants, file);
    if (isFirst && columns.hasHeader) continue;
    const row = readRow(cells, line, columns);
    if (row !== null) rows.push(row);
  }
  if (rows.length === 0) throw new FoveaError('invalid', 'This table has no rows.', { subject: file });
  return rows;
}

/** One record as a row; null when it names no file. */
export function readRow(cells: readonly string[], line: number, columns: TableColumns): LabelRow | null {
  const name = cell(cells, columns.file);
  if (name === null) return null;
  return {
    file: name.replaceAll('\\', '/').replace(/^\.\//, ''),
    className: cell(cells, columns.class),
    group: cell(cells, columns.group),
    line,
  };
}

/** The records of a table, in their order. @throws FoveaError `invalid` when it cannot be read, or that of the file system */
export async function* readRecords(
  file: string,
): AsyncGenerator<TableRecord & { readonly isFirst: boolean }> {
  const text = decodeText(await readTable(file));
  let isFirst = true;
  try {
    for await (const { record, info } of parseRecords(text, findDelimiter(text))) {
      yield { cells: record, line: info.lines, isFirst };
      isFirst = false;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FoveaError('invalid', 'This table cannot be read.', {
      subject: file,
      todo: `Look at line ${String(error['lines'] ?? '?')}: a quotation mark may be missing.`,
      cause: error,
    });
  }
}

async function readTable(file: string): Promise<Buffer> {
  try {
    if ((await stat(file)).size > MAX_TABLE_BYTES) {
      throw new FoveaError('invalid', 'This table is larger than 200 MB.', { subject: file });
    }
    return await readFile(file);
  } catch (error) {
    throw translateFileError(error, file);
  }
}

function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The candidate that the first line has most of outside quotation marks. */
function findDelimiter(text: string): string {
  const line = (/[^\r\n]+/.exec(text)?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => line.split(delimiter).length;
  return ['\t', ';', ','].reduce((best, next) => (count(next) >= count(best) ? next : best));
}

/** Parsed piece by piece, so that a large table never blocks for long. */
function parseRecords(
  text: string,
  delimiter: string,
): AsyncIterable<{ record: string[]; info: { lines: number } }> {
  const pieces = function* (): Generator<string> {
    for (let at = 0; at < text.length; at += PIECE_CHARACTERS) yield text.slice(at, at + PIECE_CHARACTERS);
  };
  return Readable.from(pieces()).pipe(
    parse({
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }),
  ) as AsyncIterable<{ record: string[]; info: { lines: number } }>;
}

function simplify(header: string): string {
  return header.toLowerCase().replaceAll(/[\s_-]/g, '');
}

function findColumn(record: readonly string[], names: readonly string[]): number | null {
  const headers = record.map(simplify);
  for (const name of names) {
    const place = headers.indexOf(name);
    if (place >= 0) return place;
  }
  return null;
}

/** A first row is a header when it names the file column and what belongs to it. */
export function isHeader(record: readonly string[]): boolean {
  return findColumn(record, HEADERS.file) !== null || findColumn(record, HEADERS.class) !== null;
}

/** Which columns hold what, by their names or their number. @throws FoveaError `invalid` when that cannot be told */
export function findColumns(record: readonly string[], wants: 'class' | 'group', file: string): TableColumns {
  const last = record.length - 1;
  if (!isHeader(record)) {
    if (last < 1) throw missingColumn(file, record, wants);
    return wants === 'class'
      ? { file: 0, class: 1, group: last >= 2 ? 2 : null, hasHeader: false }
      : { file: 0, class: last >= 2 ? 1 : null, group: last >= 2 ? 2 : 1, hasHeader: false };
  }
  const found = {
    file: findColumn(record, HEADERS.file) ?? 0,
    class: findColumn(record, HEADERS.class),
    group: findColumn(record, HEADERS.group),
    hasHeader: true,
  };
  // A table of two columns can only mean one thing, whatever the second is called.
  if (found[wants] === null && last === 1) found[wants] = 1 - found.file;
  if (found[wants] === null) throw missingColumn(file, record, wants);
  return found;
}

function missingColumn(file: string, record: readonly string[], wants: 'class' | 'group'): FoveaError {
  return new FoveaError('invalid', `This table has no column “${wants}” (it has: ${record.join(', ')}).`, {
    subject: file,
    todo: `Name its columns “path” and “${wants}”.`,
  });
}

function cell(record: readonly string[], place: number | null): string | null {
  const text = place === null ? '' : (record[place]?.trim() ?? '');
  return text === '' ? null : unguardSpreadsheetText(text);
}
