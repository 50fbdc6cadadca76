import { html } from '../html.ts';
import type { Hole, SafeHtml } from '../html.ts';

export interface TableRow {
  /** What the row is about; its first cell, a row header. */
  readonly head: Hole;
  readonly cells: readonly Hole[];
  /** Greyed: too few images to be read as a share. */
  readonly few?: boolean;
}

export interface Table {
  readonly caption: string;
  /** Column headers, the first over the row headers. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** Sums and the like under the last row. */
  readonly foot?: readonly TableRow[];
  /** Columns of equal width, for plain counts. */
  readonly even?: boolean;
}

/** A table of figures that scrolls sideways on a narrow screen, by keyboard too, instead of widening the page. */
export function renderTable(table: Table): SafeHtml {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${table.caption}">
    <table class="${table.even === true ? 'even' : 'fit'}">
      <caption>
        ${table.caption}
      </caption>
      <thead>
        <tr>
          ${table.columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${table.rows.map(renderRow)}
      </tbody>
      ${
        table.foot &&
        html`<tfoot>
          ${table.foot.map(renderRow)}
        </tfoot>`
      }
    </table>
  </div>`;
}

function renderRow(row: TableRow): SafeHtml {
  return html`<tr class="${row.few === true ? 'few' : 'enough'}">
    <th scope="row">${row.head}</th>
    ${row.cells.map((cell) => html`<td>${cell}</td>`)}
  </tr>`;
}
