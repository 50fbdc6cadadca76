import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { TableColumns, TablePreview } from '../../../shared/importSpec.ts';
import { matchLabelRows } from './matchLabelRows.ts';
import {
  findColumns,
  isHeader,
  readRecords,
  readRow,
  type LabelRow,
  type TableRecord,
} from './readLabelCsv.ts';

const SHOWN_ROWS = 6;
const SHOWN_COLUMNS = 40;
const SHOWN_VALUES = 40;
const SHOWN_UNKNOWN = 8;

export interface TableRequest {
  readonly file: string;
  readonly wants: 'class' | 'group';
  readonly columns?: TableColumns | undefined;
}

/**
 * What a person's table holds and what it would do to files with these paths. Columns that cannot be told are null, for
 * a person to choose them.
 * @throws FoveaError `invalid` when it is no table, or that of the file system
 */
export async function previewTable(request: TableRequest, paths: readonly string[]): Promise<TablePreview> {
  const records: TableRecord[] = [];
  for await (const record of readRecords(request.file)) records.push(record);
  const first = records[0]?.cells;
  if (first === undefined)
    throw new FoveaError('invalid', 'This table has no rows.', { subject: request.file });
  const columns = request.columns ?? guessColumns(records, request, paths);
  const hasHeader = columns?.hasHeader ?? isHeader(first);
  const width = Math.min(SHOWN_COLUMNS, Math.max(...records.slice(0, 100).map(({ cells }) => cells.length)));
  const body = hasHeader ? records.slice(1) : records;
  return {
    headers: Array.from({ length: width }, (_, column) =>
      hasHeader ? (first[column] ?? '').trim() || `Column ${column + 1}` : `Column ${column + 1}`,
    ),
    rows: body.slice(0, SHOWN_ROWS).map(({ cells }) => cells.slice(0, width)),
    rowCount: body.length,
    columns,
    ...describeFit(body, columns, request.wants, paths),
  };
}

/** Paths of the files of a library. */
export function listKnownPaths(db: Database): string[] {
  return db.prepare<[], string>('SELECT DISTINCT path FROM files').pluck().all();
}

/** Rows that are held against the files to find the column that names them. */
const LOOKED_AT = 200;

/** The columns as their names say, else as their contents do. */
function guessColumns(
  records: readonly TableRecord[],
  { wants, file }: TableRequest,
  paths: readonly string[],
): TableColumns | null {
  const named = byNames(records[0]!.cells, wants, file);
  if (named !== null && (named.hasHeader || countFits(records, named, paths) > 0)) return named;
  return byContents(records, wants, paths) ?? named;
}

function byNames(first: readonly string[], wants: 'class' | 'group', file: string): TableColumns | null {
  try {
    return findColumns(first, wants, file);
  } catch (error) {
    if (error instanceof FoveaError && error.code === 'invalid') return null;
    throw error;
  }
}

/** The column in which most cells name a file; of two columns the other one is what is wanted. */
function byContents(
  records: readonly TableRecord[],
  wants: 'class' | 'group',
  paths: readonly string[],
): TableColumns | null {
  const width = records[0]!.cells.length;
  let best: { column: number; fits: number } | null = null;
  for (let column = 0; column < Math.min(width, SHOWN_COLUMNS); column += 1) {
    const fits = countFits(records, { file: column, class: null, group: null, hasHeader: false }, paths);
    if (fits > (best?.fits ?? 0)) best = { column, fits };
  }
  if (best === null) return null;
  const columns = { file: best.column, class: null, group: null, hasHeader: false };
  // A first row that names no file, above rows that do, is a heading.
  const hasHeader = countFits(records.slice(0, 1), columns, paths) === 0;
  return { ...columns, ...(width === 2 ? { [wants]: 1 - best.column } : {}), hasHeader };
}

function countFits(records: readonly TableRecord[], columns: TableColumns, paths: readonly string[]): number {
  const rows = records.slice(0, LOOKED_AT).flatMap(({ cells, line }) => readRow(cells, line, columns) ?? []);
  return matchLabelRows(rows, paths).byPath.size;
}

function describeFit(
  body: readonly TableRecord[],
  columns: TableColumns | null,
  wants: 'class' | 'group',
  paths: readonly string[],
): Pick<TablePreview, 'fits' | 'values' | 'valueCount'> {
  if (columns === null || columns[wants] === null) return { fits: null, values: [], valueCount: 0 };
  const rows: LabelRow[] = body.flatMap(({ cells, line }) => readRow(cells, line, columns) ?? []);
  const { byPath, unknown, ambiguous } = matchLabelRows(rows, paths);
  const counts = new Map<string, number>();
  for (const row of byPath.values()) {
    const value = wants === 'class' ? row.className : row.group;
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return {
    fits: {
      files: byPath.size,
      unknown: unknown.length,
      ambiguous: ambiguous.length,
      unknownFiles: unknown.slice(0, SHOWN_UNKNOWN).map(({ file }) => file),
    },
    values: [...counts]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
      .slice(0, SHOWN_VALUES),
    valueCount: counts.size,
  };
}
