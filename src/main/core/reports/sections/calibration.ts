import { binByConfidence, drawReliability } from '../charts/reliability.ts';
import { formatFigure } from '../format.ts';
import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';
import { renderTable } from './table.ts';
import type { TableRow } from './table.ts';

/** Whether a confidence means what it says: figures before and after temperature scaling, and the diagram. */
export function renderCalibration({ card, predictions }: ReportData): SafeHtml {
  const { before, after, temperature } = card.test.calibration;
  const bins = binByConfidence(predictions);
  return html`<section aria-labelledby="calibration">
    <h2 id="calibration">Whether its confidence can be believed</h2>
    <div class="charts">
      <div>
        <p>
          Of a hundred images called with 80 % confidence, eighty should be right.
          ${
            temperature === 1
              ? 'Confidences were left as the model gives them.'
              : `Confidences were scaled by one temperature (${formatFigure(temperature, 2)}), fitted on validation.`
          }
        </p>
        ${renderTable({
          caption: 'Test part; lower is better',
          columns: ['Figure', 'Before', 'After'],
          rows: [
            compare('Expected calibration error', before.ece, after.ece),
            compare('Brier score', before.brier, after.brier),
            compare('Log loss', before.logLoss, after.logLoss),
          ],
        })}
        <p class="note">
          Calibration error: 15 bins of equal width over the confidence of the top class. Brier score: sum
          over classes, mean over images.
        </p>
      </div>
      ${
        bins.length > 0 &&
        html`<figure>
          <figcaption>
            On the dashed line confidence is honest; below it, too high. Hollow: under 10 images.
          </figcaption>
          ${drawReliability(bins)}
        </figure>`
      }
    </div>
  </section>`;
}

function compare(head: string, before: number, after: number): TableRow {
  return { head, cells: [formatFigure(before), formatFigure(after)] };
}
