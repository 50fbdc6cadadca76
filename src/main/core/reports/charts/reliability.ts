import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import { formatPercent } from '../format.ts';
import type { PredictionRow } from '../reportData.ts';
import { drawAxes, layPlot } from './axes.ts';
import type { Axis } from './axes.ts';

/** Test images whose confidence falls into one tenth: how often the model was right among them. */
export interface ReliabilityBin {
  readonly images: number;
  /** Mean confidence, 0–1. */
  readonly confidence: number;
  /** Share named rightly, 0–1. */
  readonly accuracy: number;
}

/** Ten equal-width bins of confidence over the labelled test rows; empty bins are left out. */
export function binByConfidence(predictions: readonly PredictionRow[]): ReliabilityBin[] {
  const bins = Array.from({ length: 10 }, () => ({ images: 0, confidence: 0, right: 0 }));
  for (const row of predictions) {
    if (row.part !== 'test' || row.actual === null) continue;
    const bin = bins[Math.min(9, Math.max(0, Math.floor(row.confidence * 10)))]!;
    bin.images += 1;
    bin.confidence += row.confidence;
    if (row.predicted === row.actual) bin.right += 1;
  }
  return bins
    .filter((bin) => bin.images > 0)
    .map(({ images, confidence, right }) => ({
      images,
      confidence: confidence / images,
      accuracy: right / images,
    }));
}

const SIZE = { width: 340, height: 230 };
const SHARE = (label: string): Axis => ({
  label,
  min: 0,
  max: 1,
  format: (value) => formatPercent(value, 0),
});

/** Reliability diagram: on the diagonal a confidence means what it says. Bins under 10 images are hollow. */
export function drawReliability(bins: readonly ReliabilityBin[]): SafeHtml {
  const xAxis = SHARE('confidence of the model');
  const yAxis = SHARE('share that was right');
  const plot = layPlot(SIZE.width, SIZE.height, xAxis, yAxis);
  const largest = Math.max(...bins.map((bin) => bin.images));
  const said = bins
    .map((bin) => `${formatPercent(bin.confidence, 0)} confident: ${formatPercent(bin.accuracy, 0)} right`)
    .join('; ');
  return html`<svg
    class="chart"
    viewBox="0 0 ${SIZE.width} ${SIZE.height}"
    role="img"
    aria-label="Reliability on the test part. ${said}."
  >
    ${drawAxes(plot, xAxis, yAxis)}
    <line class="mark" x1="${plot.x(0)}" y1="${plot.y(0)}" x2="${plot.x(1)}" y2="${plot.y(1)}" />
    ${bins.map((bin) => {
      const radius = (2.5 + 6 * Math.sqrt(bin.images / largest)).toFixed(2);
      const kind = bin.images < 10 ? 'hollow' : 'main';
      return html`<circle
        class="dot ${kind}"
        cx="${plot.x(bin.confidence)}"
        cy="${plot.y(bin.accuracy)}"
        r="${radius}"
      />`;
    })}
  </svg>`;
}
