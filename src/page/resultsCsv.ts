import { guardSpreadsheetText } from '../shared/spreadsheetText.ts';

/** One classified picture, or the sentence why it was not. */
export interface ResultRow {
  readonly name: string;
  readonly probabilities: Float32Array | null;
  readonly sentence: string | null;
}

/** Results as CSV (UTF-8 with byte-order mark), safe to open in a spreadsheet whatever the files are called. */
export function writeResultsCsv(rows: readonly ResultRow[], classNames: readonly string[]): string {
  const header = [
    'path',
    'class',
    'confidence',
    ...classNames.map((name) => `probability ${name}`),
    'problem',
  ];
  const lines = rows.map((row) => {
    const best = row.probabilities === null ? -1 : row.probabilities.indexOf(Math.max(...row.probabilities));
    const cells: (string | number)[] = [row.name, classNames[best] ?? '', row.probabilities?.[best] ?? ''];
    for (let index = 0; index < classNames.length; index++) cells.push(row.probabilities?.[index] ?? '');
    return [...cells, row.sentence ?? ''];
  });
  return `\uFEFF${[header, ...lines].map((cells) => cells.map(toCell).join(',')).join('\r\n')}\r\n`;
}

function toCell(value: string | number): string {
  if (typeof value === 'number') return String(Number(value.toFixed(7)));
  const text = guardSpreadsheetText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
