import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { guardSpreadsheetText } from '../../../shared/spreadsheetText.ts';
import type { PredictionRow } from './reportData.ts';

const ROWS_AT_ONCE = 500;

/**
 * Predictions as CSV in UTF-8 with a byte-order mark (so that spreadsheets read names rightly): path, group, part,
 * actual, predicted, confidence, then one probability per class. Text that a spreadsheet could run as a formula is
 * preceded by an apostrophe; numbers stay numbers. Lets other work run between blocks of rows.
 */
export async function writePredictionsCsv(
  predictions: readonly PredictionRow[],
  classNames: readonly string[],
): Promise<Buffer> {
  const header = [
    'path',
    'group',
    'part',
    'actual',
    'predicted',
    'confidence',
    ...classNames.map((name) => `probability ${name}`),
  ];
  const blocks = [Buffer.from(`\uFEFF${toCsv([header])}`)];
  for (let start = 0; start < predictions.length; start += ROWS_AT_ONCE) {
    const rows = predictions.slice(start, start + ROWS_AT_ONCE).map(toCells);
    blocks.push(Buffer.from(toCsv(rows)));
    await yieldToOthers();
  }
  return Buffer.concat(blocks);
}

type Cell = string | number | null;

function toCells(row: PredictionRow): Cell[] {
  return [
    row.path,
    row.group,
    row.part,
    row.actual,
    row.predicted,
    round(row.confidence),
    ...Array.from(row.probabilities, round),
  ];
}

function toCsv(rows: readonly Cell[][]): string {
  const guarded = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? guardSpreadsheetText(cell) : cell)),
  );
  return stringify(guarded, { escape_formulas: true, record_delimiter: 'windows' });
}

/** Seven digits are all that float32 holds. */
function round(probability: number): number {
  return Number(probability.toFixed(7));
}
