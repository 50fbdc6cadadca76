import type { CurvePoint } from '../../../../shared/jobs.ts';
import type { ModelCard } from '../../../../shared/training.ts';
import type { Axis } from '../charts/axes.ts';
import { drawLineChart } from '../charts/lineChart.ts';
import { formatCount, formatFigure, formatInterval, formatPercent } from '../format.ts';
import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { LearningPoint, ReportData } from '../reportData.ts';

const SHARE_AXIS: Axis = {
  label: 'accuracy',
  min: 0,
  max: 1,
  format: (value) => formatPercent(value, 0),
};

/** Loss and accuracy while training, and accuracy against the number of training images. */
export function renderLearning({ card, learningCurve }: ReportData): SafeHtml {
  if (card.curve.length === 0 && learningCurve.length === 0) return html``;
  return html`<section aria-labelledby="learning">
    <h2 id="learning">How it learned</h2>
    ${card.curve.length > 0 && renderCurves(card)}
    ${learningCurve.length > 0 && renderLearningCurve(learningCurve)}
  </section>`;
}

function renderCurves(card: ModelCard): SafeHtml {
  const { curve } = card;
  const first = curve[0]?.epoch ?? 0;
  const last = curve.at(-1)?.epoch ?? 0;
  const x: Axis = { label: 'epoch', min: first, max: last, format: (value) => String(value) };
  const highest = Math.max(...curve.flatMap((point) => [point.trainLoss, point.validationLoss]));
  const loss: Axis = { label: 'loss', min: 0, max: highest, format: (value) => String(value) };
  const mark =
    card.bestEpoch === null || last === first
      ? {}
      : { mark: { x: card.bestEpoch, label: `kept: ${card.bestEpoch}` } };
  return html`<div class="charts">
    <figure>
      <figcaption>Loss. Training far under validation means that examples are learned by heart.</figcaption>
      ${drawLineChart({ description: describe('Loss', curve, (point) => [point.trainLoss, point.validationLoss]), x, y: loss, series: lines(curve, (point) => [point.trainLoss, point.validationLoss]), ...mark })}
    </figure>
    <figure>
      <figcaption>Accuracy at the same moments.</figcaption>
      ${drawLineChart({ description: describe('Accuracy', curve, (point) => [point.trainAccuracy, point.validationAccuracy]), x, y: SHARE_AXIS, series: lines(curve, (point) => [point.trainAccuracy, point.validationAccuracy]), ...mark })}
    </figure>
  </div>`;
}

type Pick = (point: CurvePoint) => readonly [train: number, validation: number];

function lines(curve: readonly CurvePoint[], pick: Pick) {
  return [
    {
      name: 'validation',
      rank: 'main' as const,
      points: curve.map((point) => ({ x: point.epoch, y: pick(point)[1] })),
    },
    {
      name: 'train',
      rank: 'second' as const,
      points: curve.map((point) => ({ x: point.epoch, y: pick(point)[0] })),
    },
  ];
}

function describe(what: string, curve: readonly CurvePoint[], pick: Pick): string {
  const last = curve.at(-1);
  if (last === undefined) return what;
  const [train, validation] = pick(last);
  return (
    `${what} over ${curve.length} epochs, at the end ${formatFigure(train)} on training ` +
    `and ${formatFigure(validation)} on validation.`
  );
}

function renderLearningCurve(curve: readonly LearningPoint[]): SafeHtml {
  const most = Math.max(...curve.map((point) => point.trainImages));
  const points = curve.map((point) => ({ x: point.trainImages, y: point.accuracy }));
  const withInterval = curve.flatMap(({ trainImages, interval }) =>
    interval === null ? [] : [{ x: trainImages, low: interval[0], high: interval[1] }],
  );
  return html`<div class="charts">
    <figure>
      <figcaption>
        Learning curve: validation accuracy with fewer training images. If it still rises at the right, more
        labels will help.
      </figcaption>
      ${drawLineChart({
        description: `Learning curve over ${curve.length} sizes up to ${formatCount(most)} training images; its figures are in the table beside it.`,
        x: { label: 'training images', min: 0, max: most, format: formatCount },
        y: SHARE_AXIS,
        series: [{ name: 'validation', rank: 'main', points, dots: true }],
        band: withInterval,
      })}
    </figure>
    <table>
      <caption>
        The same in figures
      </caption>
      <thead>
        <tr>
          <th scope="col">Training images</th>
          <th scope="col">Accuracy</th>
          <th scope="col">95 %</th>
        </tr>
      </thead>
      <tbody>
        ${curve.map(
          (point) =>
            html`<tr>
              <th scope="row">${formatCount(point.trainImages)}</th>
              <td>${formatPercent(point.accuracy)}</td>
              <td>${formatInterval(point.interval)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
