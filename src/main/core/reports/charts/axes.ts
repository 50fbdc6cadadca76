import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';

/** One axis: what it measures, from where to where, and how a tick is written. */
export interface Axis {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly format: (value: number) => string;
}

/** The drawing area and how values fall on it, in SVG units. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

const MARGIN = { left: 46, right: 18, top: 10, bottom: 36 };

/** Lays a plot of `width` × `height` SVG units over two axes. */
export function layPlot(width: number, height: number, xAxis: Axis, yAxis: Axis): Plot {
  const left = MARGIN.left;
  const right = width - MARGIN.right;
  const top = MARGIN.top;
  const bottom = height - MARGIN.bottom;
  const along = (value: number, axis: Axis): number =>
    axis.max === axis.min ? 0.5 : (value - axis.min) / (axis.max - axis.min);
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    x: (value) => round(left + along(value, xAxis) * (right - left)),
    y: (value) => round(bottom - along(value, yAxis) * (bottom - top)),
  };
}

/** Grid lines, ticks and labels of both axes. */
export function drawAxes(plot: Plot, xAxis: Axis, yAxis: Axis): SafeHtml {
  const middle = (plot.top + plot.bottom) / 2;
  return html`<g class="axis">
    ${tickValues(yAxis.min, yAxis.max, 5).map(
      (value) =>
        html`<line
            class="grid"
            x1="${plot.left}"
            x2="${plot.right}"
            y1="${plot.y(value)}"
            y2="${plot.y(value)}"
          />
          <text x="${plot.left - 6}" y="${plot.y(value) + 3.2}" text-anchor="end"
            >${yAxis.format(value)}</text
          >`,
    )}
    ${tickValues(xAxis.min, xAxis.max, 6).map(
      (value) =>
        html`<line x1="${plot.x(value)}" x2="${plot.x(value)}" y1="${plot.bottom}" y2="${plot.bottom + 3}" />
          <text x="${plot.x(value)}" y="${plot.bottom + 14}" text-anchor="middle"
            >${xAxis.format(value)}</text
          >`,
    )}
    <line x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}" />
    <text class="name" x="${(plot.left + plot.right) / 2}" y="${plot.height - 5}" text-anchor="middle">
      ${xAxis.label}
    </text>
    <text class="name" x="11" y="${middle}" text-anchor="middle" transform="rotate(-90 11 ${middle})">
      ${yAxis.label}
    </text>
  </g>`;
}

/** At most `most` round numbers (1, 2, 5 × 10^n) from `min` to `max`, both included where they are round. */
export function tickValues(min: number, max: number, most: number): number[] {
  if (!(max > min)) return [min];
  const rough = (max - min) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const ticks: number[] = [];
  for (let index = Math.ceil(min / step - 1e-9); index * step <= max + step * 1e-9; index++) {
    ticks.push(Number((index * step).toPrecision(10)));
  }
  return ticks;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
