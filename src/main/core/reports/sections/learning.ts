import type { CurvePoint } from '../../../../shared/jobs.ts';
import type { ModelCard } from '../../../../shared/training.ts';
import { tickValues } from '../charts/axes.ts';
import type { Axis } from '../charts/axes.ts';
import { drawLineChart } from '../charts/lineChart.ts';
import type { Point } from '../charts/lineChart.ts';
import { formatCount, formatFigure, formatInterval, formatPercent } from '../format.ts';
import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { LearningPoint, ReportData } from '../reportData.ts';
import { renderTable } from './table.ts';

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

type Pick = (point: CurvePoint) => { readonly train: number; readonly validation: number };

const LOSS: Pick = (point) => ({ train: point.trainLoss, validation: point.validationLoss ?? NaN });
const ACCURACY: Pick = (point) => ({
  train: point.trainAccuracy,
  validation: point.validationAccuracy ?? NaN,
});

function renderCurves(card: ModelCard): SafeHtml {
  const highest = Math.max(
    0.1,
    ...card.curve.flatMap((point) => Object.values(LOSS(point)).filter(Number.isFinite)),
  );
  const step = tickValues(0, highest, 5)[1] ?? highest;
  const loss: Axis = { label: 'loss', min: 0, max: Math.ceil(highest / step) * step, format: String };
  return html`<div class="charts">
    <figure>
      <figcaption>Loss. Training far under validation means that examples are learned by heart.</figcaption>
      ${drawCurve('Loss', card, loss, LOSS)}
    </figure>
    <figure>
      <figcaption>Accuracy at the same moments.</figcaption>
      ${drawCurve('Accuracy', card, SHARE_AXIS, ACCURACY)}
    </figure>
  </div>`;
}

function drawCurve(what: string, { curve, bestEpoch }: ModelCard, y: Axis, pick: Pick): SafeHtml {
  const first = curve[0]?.epoch ?? 0;
  const last = curve.at(-1)?.epoch ?? 0;
  const at = (part: 'train' | 'validation'): Point[] =>
    curve.map((point) => ({ x: point.epoch, y: pick(point)[part] }));
  const [train, validation] = [at('train'), at('validation')];
  return drawLineChart({
    description:
      `${what} over ${curve.length} epochs, at the end ${formatFigure(train.at(-1)?.y ?? NaN)} on training ` +
      `and ${formatFigure(validation.at(-1)?.y ?? NaN)} on validation.`,
    x: { label: 'epoch', min: first, max: last, format: String },
    y,
    series: [
      { name: 'validation', rank: 'main', points: validation },
      { name: 'train', rank: 'second', points: train },
    ],
    ...(bestEpoch !== null &&
      last > first && {
        mark: {
          x: bestEpoch,
          label: `kept: ${bestEpoch}`,
          at: pick === LOSS ? ('top' as const) : ('bottom' as const),
        },
      }),
  });
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
    ${renderTable({
      caption: 'The same in figures',
      columns: ['Training images', 'Accuracy', '95 %'],
      rows: curve.map((point) => ({
        head: formatCount(point.trainImages),
        cells: [formatPercent(point.accuracy), formatInterval(point.interval)],
      })),
    })}
  </div>`;
}
