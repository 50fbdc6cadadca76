import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import { drawAxes, layPlot } from './axes.ts';
import type { Axis, Plot } from './axes.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line; `main` is drawn in the accent colour, `second` dashed and grey, so that print in grey still tells. */
export interface Series {
  readonly name: string;
  readonly rank: 'main' | 'second';
  readonly points: readonly Point[];
  readonly dots?: boolean;
}

export interface LineChart {
  /** Read out instead of the picture: what it shows, in one sentence with the figures that matter. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Interval around the main line. */
  readonly band?: readonly { readonly x: number; readonly low: number; readonly high: number }[];
  /** A value of x worth marking, such as the epoch that was kept, and the end where its label is not in the way. */
  readonly mark?: { readonly x: number; readonly label: string; readonly at: 'top' | 'bottom' };
}

const WIDTH = 340;
const HEIGHT = 210;

/** An SVG line chart with axes; its legend is text under it, not a colour alone. */
export function drawLineChart(chart: LineChart): SafeHtml {
  const plot = layPlot(WIDTH, HEIGHT, chart.x, chart.y);
  return html`<svg
      class="chart"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      role="img"
      aria-label="${chart.description}"
    >
      ${drawAxes(plot, chart.x, chart.y)} ${chart.band && drawBand(plot, chart.band)}
      ${chart.mark && drawMark(plot, chart.mark)} ${chart.series.map((series) => drawSeries(plot, series))}
    </svg>
    ${chart.series.length > 1 && drawLegend(chart.series)}`;
}

function drawSeries(plot: Plot, series: Series): SafeHtml {
  const points = series.points.filter((point) => Number.isFinite(point.y));
  const path = points.map((point) => `${plot.x(point.x)},${plot.y(point.y)}`).join(' ');
  return html`<polyline class="line ${series.rank}" points="${path}" /> ${
      (series.dots === true || points.length === 1) &&
      points.map(
        (point) =>
          html`<circle class="dot ${series.rank}" cx="${plot.x(point.x)}" cy="${plot.y(point.y)}" r="2.6" />`,
      )
    }`;
}

function drawBand(plot: Plot, band: NonNullable<LineChart['band']>): SafeHtml {
  const upper = band.map((point) => `${plot.x(point.x)},${plot.y(point.high)}`);
  const lower = band.map((point) => `${plot.x(point.x)},${plot.y(point.low)}`).reverse();
  return html`<polygon class="band" points="${[...upper, ...lower].join(' ')}" />`;
}

function drawMark(plot: Plot, mark: NonNullable<LineChart['mark']>): SafeHtml {
  const x = plot.x(mark.x);
  const anchor = x > (plot.left + plot.right) / 2 ? 'end' : 'start';
  const shift = anchor === 'end' ? -4 : 4;
  return html`<line class="mark" x1="${x}" x2="${x}" y1="${plot.top}" y2="${plot.bottom}" />
    <text
      class="note"
      x="${x + shift}"
      y="${mark.at === 'top' ? plot.top + 8 : plot.bottom - 6}"
      text-anchor="${anchor}"
      >${mark.label}</text
    >`;
}

function drawLegend(series: readonly Series[]): SafeHtml {
  return html`<p class="legend" aria-hidden="true">
    ${series.map(
      ({ name, rank }) =>
        html`<span
          ><svg viewBox="0 0 22 6" width="22" height="6">
            <line class="line ${rank}" x1="0" x2="22" y1="3" y2="3" /></svg
          >${name}</span
        > `,
    )}
  </p>`;
}
