import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { writePredictionsCsv } from '../../src/main/core/reports/predictionsCsv.ts';
import type { PredictionRow } from '../../src/main/core/reports/reportData.ts';
import { writeResultsCsv } from '../../src/page/resultsCsv.ts';
import { guardSpreadsheetText } from '../../src/shared/spreadsheetText.ts';
import { FORMULA_NAMES } from '../support/hostileNames.ts';

const DANGEROUS = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n\0]/;

function read(csv: string): Record<string, string>[] {
  return parse(csv, { bom: true, columns: true });
}

/** What a reader gets back of a name: NUL cannot survive, a leading apostrophe is ours. */
function restore(cell: string): string {
  return cell.replace(/^'/, '').replaceAll('\uFFFD', '\0');
}

function makeRow(name: string, index: number): PredictionRow {
  return {
    path: name,
    group: name,
    part: 'test',
    actual: name,
    predicted: name,
    confidence: index / 100,
    probabilities: [index / 100, 1 - index / 100],
  };
}

describe('predictions as CSV', () => {
  it('lets no cell start a formula and gives every name back', async () => {
    const csv = (await writePredictionsCsv(FORMULA_NAMES.map(makeRow), FORMULA_NAMES.slice(0, 2))).toString(
      'utf8',
    );
    expect(csv.startsWith('\uFEFF')).toBe(true);
    const rows = read(csv);
    expect(rows).toHaveLength(FORMULA_NAMES.length);
    rows.forEach((row, index) => {
      for (const cell of [row['path'], row['group'], row['actual'], row['predicted']]) {
        expect(cell).not.toMatch(DANGEROUS);
        expect(restore(cell ?? '')).toBe(FORMULA_NAMES[index]);
      }
    });
    for (const header of Object.keys(rows[0] ?? {})) expect(header).not.toMatch(DANGEROUS);
  });

  it('keeps numbers numbers and leaves plain text alone', async () => {
    const rows = read(
      (
        await writePredictionsCsv([{ ...makeRow('a/b c.png', 7), actual: null, group: null }], ['x', 'y'])
      ).toString(),
    );
    expect(rows[0]).toEqual({
      path: 'a/b c.png',
      group: '',
      part: 'test',
      actual: '',
      predicted: 'a/b c.png',
      confidence: '0.07',
      'probability x': '0.07',
      'probability y': '0.93',
    });
  });

  it('is as safe when the exported page writes it', () => {
    const results = FORMULA_NAMES.map((name) => ({
      name,
      probabilities: new Float32Array([0.25, 0.75]),
      sentence: null,
    }));
    const rows = read(writeResultsCsv(results, ['=x', '=y']));
    rows.forEach((row, index) => {
      expect(row['path']).not.toMatch(DANGEROUS);
      expect(restore(row['path'] ?? '')).toBe(FORMULA_NAMES[index]);
      expect(row['class']).toBe("'=y");
      expect(row['confidence']).toBe('0.75');
    });
  });

  it('guards text without touching what cannot be a formula', () => {
    expect(guardSpreadsheetText('a=b')).toBe('a=b');
    expect(guardSpreadsheetText('5-1')).toBe('5-1');
    expect(guardSpreadsheetText('\uD800x')).toBe('\uFFFDx');
  });
});
