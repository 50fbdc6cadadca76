import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { FoveaError } from '../../../shared/errors.ts';
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

interface Columns {
  readonly file: number;
  readonly class: number | null;
  readonly group: number | null;
}

/**
 * Reads a CSV of file and class, file and group, or all three: comma, semicolon or tab, with or without a
 * header, UTF-8, UTF-16 or Windows-1252. `wants` says what a table without a header holds in its second column;
 * a third one is then the group. Throws FoveaError: `invalid` when it is no such table, or that of the file system.
 */
export async function readLabelCsv(file: string, wants: 'class' | 'group'): Promise<LabelRow[]> {
  const text = decodeText(await readTable(file));
  const delimiter = findDelimiter(text);
  const rows: LabelRow[] = [];
  let columns: Columns | undefined;
  try {
    for await (const { record, info } of parseRecords(text, delimiter)) {
      const isFirst = columns === undefined;
      columns ??= findColumns(record, wants, file);
      if (isFirst && isHeader(record)) continue;
      const name = cell(record, columns.file);
      if (name === null) continue;
      rows.push({
        file: name.replaceAll('\\', '/').replace(/^\.\//, ''),
        className: cell(record, columns.class),
        group: cell(record, columns.group),
        line: info.lines,
      });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FoveaError('invalid', 'This table cannot be read.', {
      subject: file,
      todo: `Look at line ${String(error['lines'] ?? '?')}: a quotation mark may be missing.`,
      cause: error,
    });
  }
  if (rows.length === 0) throw new FoveaError('invalid', 'This table has no rows.', { subject: file });
  return rows;
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
function isHeader(record: readonly string[]): boolean {
  return findColumn(record, HEADERS.file) !== null || findColumn(record, HEADERS.class) !== null;
}

function findColumns(record: readonly string[], wants: 'class' | 'group', file: string): Columns {
  const last = record.length - 1;
  if (!isHeader(record)) {
    if (last < 1) throw missingColumn(file, record, wants);
    return wants === 'class'
      ? { file: 0, class: 1, group: last >= 2 ? 2 : null }
      : { file: 0, class: last >= 2 ? 1 : null, group: last >= 2 ? 2 : 1 };
  }
  const found = {
    file: findColumn(record, HEADERS.file) ?? 0,
    class: findColumn(record, HEADERS.class),
    group: findColumn(record, HEADERS.group),
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
