import { formatCount, formatPercent } from '../format.ts';
import { html, showName } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';
import { renderTable } from './table.ts';

/** Above this many classes a table no longer fits a page; then only the most frequent confusions are listed. */
const MOST_COLUMNS = 30;
const MOST_PAIRS = 40;

/** The confusion matrix as a table whose shading repeats what its numbers say. */
export function renderConfusion({ card }: ReportData): SafeHtml {
  const names = card.classes.map((entry) => entry.name);
  const { confusion } = card.test;
  return html`<section aria-labelledby="confusion">
    <h2 id="confusion">What it confuses</h2>
    ${names.length <= MOST_COLUMNS ? renderMatrix(names, confusion) : renderPairs(names, confusion)}
  </section>`;
}

function renderMatrix(names: readonly string[], confusion: readonly (readonly number[])[]): SafeHtml {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Confusion matrix">
    <table class="confusion">
      <caption>
        Test part: rows are what readers said, columns what the model said. Shading is the share of the row;
        the outlined diagonal is right.
      </caption>
      <thead>
        <tr>
          <th scope="col">Reader ↓ · Model →</th>
          ${names.map((name) => html`<th scope="col" class="column"><span>${showName(name)}</span></th>`)}
          <th scope="col" class="column"><span>all</span></th>
        </tr>
      </thead>
      <tbody>
        ${names.map((name, actual) => renderRow(name, actual, names, confusion[actual] ?? []))}
      </tbody>
    </table>
  </div>`;
}

function renderRow(name: string, actual: number, names: readonly string[], row: readonly number[]): SafeHtml {
  const total = row.reduce((sum, count) => sum + count, 0);
  return html`<tr>
    <th scope="row">${showName(name)}</th>
    ${names.map((_, predicted) => renderCell(row[predicted] ?? 0, total, actual === predicted))}
    <td class="total">${formatCount(total)}</td>
  </tr>`;
}

function renderCell(count: number, total: number, right: boolean): SafeHtml {
  const share = total === 0 ? 0 : count / total;
  const kind = `${right ? 'right' : 'wrong'}${count === 0 ? ' zero' : ''}`;
  return html`<td class="${kind}" style="${shade(share)}">${formatCount(count)}</td>`;
}

/** From white to the accent colour by share; white text where the ground is dark (contrast at least 4.5). */
function shade(share: number): string {
  const mix = (from: number, to: number): number => Math.round(from + (to - from) * share ** 0.8);
  const ground = `background:rgb(${mix(248, 11)},${mix(250, 95)},${mix(250, 110)})`;
  return share > 0.55 ? `${ground};color:#fff` : ground;
}

interface Pair {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
  readonly share: number;
}

function renderPairs(names: readonly string[], confusion: readonly (readonly number[])[]): SafeHtml {
  const pairs = listPairs(names, confusion);
  return renderTable({
    caption:
      `The ${formatCount(Math.min(pairs.length, MOST_PAIRS))} most frequent of ${formatCount(pairs.length)} ` +
      `confusions on the test part. With ${formatCount(names.length)} classes the whole matrix does not fit a ` +
      'page: it is in report.json.',
    columns: ['Reader said → model said', 'Images', 'Share of the class'],
    rows: pairs.slice(0, MOST_PAIRS).map((pair) => ({
      head: html`${showName(pair.actual)} → ${showName(pair.predicted)}`,
      cells: [formatCount(pair.count), formatPercent(pair.share)],
    })),
  });
}

function listPairs(names: readonly string[], confusion: readonly (readonly number[])[]): Pair[] {
  return confusion
    .flatMap((row, actual) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return row.flatMap((count, predicted) =>
        count === 0 || actual === predicted
          ? []
          : [{ actual: names[actual] ?? '', predicted: names[predicted] ?? '', count, share: count / total }],
      );
    })
    .sort((a, b) => b.count - a.count);
}
