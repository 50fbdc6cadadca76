import { binByConfidence, drawReliability } from '../charts/reliability.ts';
import { formatFigure } from '../format.ts';
import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';

/** Whether a confidence means what it says: figures before and after temperature scaling, and the diagram. */
export function renderCalibration({ card, predictions }: ReportData): SafeHtml {
  const { before, after, temperature } = card.test.calibration;
  const bins = binByConfidence(predictions);
  return html`<section aria-labelledby="calibration">
    <h2 id="calibration">Whether its confidence can be believed</h2>
    <div class="charts">
      <div>
        <p>
          Of a hundred images called with 80 % confidence, eighty should be right. Confidences were scaled by
          one temperature (${formatFigure(temperature, 2)}), fitted on validation.
        </p>
        <table>
          <caption>
            Test part; lower is better
          </caption>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            ${renderRow('Expected calibration error', before.ece, after.ece)}
            ${renderRow('Brier score', before.brier, after.brier)}
            ${renderRow('Log loss', before.logLoss, after.logLoss)}
          </tbody>
        </table>
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

function renderRow(name: string, before: number, after: number): SafeHtml {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${formatFigure(before)}</td>
    <td>${formatFigure(after)}</td>
  </tr>`;
}
