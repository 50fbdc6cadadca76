import type { Evaluation, Proportion } from '../../../../shared/evaluation.ts';
import type { ModelCard } from '../../../../shared/training.ts';
import { formatCount, formatFigure, formatFraction, formatInterval, formatPercent } from '../format.ts';
import { html, showName } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';
import { countRight } from './summary.ts';
import { renderTable } from './table.ts';
import { nameTestUnits } from './units.ts';

/** Under this many images a share is written as k of n and greyed: it says little. */
const FEW = 10;

/** Overall figures of the test part beside validation, and how each was computed. */
export function renderMetrics({ card }: ReportData): SafeHtml {
  const { test, validation } = card;
  const rows: readonly [string, (evaluation: Evaluation) => SafeHtml][] = [
    ['Images', (part) => html`${formatCount(part.images)}`],
    [
      'Accuracy',
      (part) =>
        html`${formatPercent(part.accuracy)}
          <small>${formatInterval(part.interval)}, ${formatCount(countRight(part))} right</small>`,
    ],
    [
      'Balanced accuracy',
      (part) =>
        html`${formatPercent(part.balancedAccuracy)} <small>${formatInterval(part.balancedInterval)}</small>`,
    ],
    ['Macro F1', (part) => html`${formatFigure(part.macroF1)}`],
    ['Cohen’s kappa', (part) => html`${formatFigure(part.kappa)}`],
  ];
  return html`<section aria-labelledby="results">
    <h2 id="results">How good it is</h2>
    ${renderTable({
      caption:
        'Figures with 95 % intervals. Validation chose the model, so only the test column is a fair estimate.',
      columns: ['Figure', 'Test', 'Validation'],
      rows: rows.map(([head, show]) => ({ head, cells: [show(test), show(validation)] })),
    })}
    <p class="note">${explainInterval(card)}</p>
    ${renderPerClass(test)}
  </section>`;
}

/** Precision, recall and F1 of every class with k of n and its Wilson interval. */
function renderPerClass(test: Evaluation): SafeHtml {
  return html`<h3>Class by class</h3>
    ${renderTable({
      caption:
        'Test part. Recall: of the images of a class, how many were found. Precision: of the images called so, ' +
        `how many are. Grey: fewer than ${FEW} images; read the interval rather than the share.`,
      columns: ['Class', 'Images', 'Recall', 'Precision', 'F1'],
      rows: test.perClass.map((metrics) => ({
        head: showName(metrics.name),
        few: metrics.support < FEW,
        cells: [
          formatCount(metrics.support),
          renderProportion(metrics.recall),
          renderProportion(metrics.precision),
          metrics.support < FEW ? '–' : formatFigure(metrics.f1, 2),
        ],
      })),
    })}`;
}

function renderProportion(proportion: Proportion): SafeHtml {
  if (proportion.n === 0) return html`– <small>none</small>`;
  if (proportion.n < FEW) {
    return html`${formatFraction(proportion)} <small>${formatInterval(proportion.interval, 0)}</small>`;
  }
  return html`${formatPercent(proportion.value)}
    <small>${formatFraction(proportion)}, ${formatInterval(proportion.interval, 0)}</small>`;
}

function explainInterval(card: ModelCard): SafeHtml {
  const method =
    card.test.intervalMethod === 'group-bootstrap'
      ? html`Intervals of accuracy and balanced accuracy: 95 % of a bootstrap that draws the
        ${nameTestUnits(card)} of the test part with replacement (expanded percentiles), never narrower than
        for independent images. It assumes that groups are independent of each other and like those the model
        will meet; images inside a group may resemble each other.
        ${
          card.test.units < 20 &&
          html`With fewer than 20 groups such an interval tends to be too narrow: take it as a lower bound of
          the doubt.`
        }`
      : html`Interval of accuracy: Wilson score. It assumes that the test images are independent of each
        other; if several come from one patient or slide, the truth is wider. Interval of balanced accuracy:
        bootstrap over images.`;
  return html`${method} Class by class: Wilson score, images taken as independent. Macro F1 is the plain mean
  of the classes’ F1; a class with images but no predictions, or the reverse, counts 0, and one with neither
  is left out.`;
}
