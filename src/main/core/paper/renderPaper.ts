import { readFileSync } from 'node:fs';
import type { PaperNetwork, PaperResult, PaperRun, PaperSplit } from '../../../shared/paper.ts';
import { drawLineChart } from '../reports/charts/lineChart.ts';
import { formatCount, formatPercent, formatSeconds } from '../reports/format.ts';
import { html, inlineStyle, type Hole, type SafeHtml } from '../reports/html.ts';
import { renderTable, type TableRow } from '../reports/sections/table.ts';
import { PAPER_FIGURES } from './paperFigures.ts';

const STYLE = readFileSync(new URL('../reports/report.css', import.meta.url), 'utf8');
const RESULT_COLUMNS = ['Network', 'Accuracy', 'Precision', 'Recall', 'F1', 'Features', 'Training', 'Runs'];

/** The comparison as one self-contained page: no script, no address outside itself. */
export function renderPaper(result: PaperResult): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>The paper’s comparison on ${result.libraryName}</title>
        ${inlineStyle(STYLE)}
      </head>
      <body>
        <main>
          <h1>The paper’s comparison on ${result.libraryName}</h1>
          <p>
            ${formatCount(result.images)} images of ${result.classes.length} classes, 160 × 160, 80/20,
            ${result.seeds} seeds for the heads; ${result.engine}.
          </p>
          <ul>
            ${result.notes.map((note) => html`<li>${note}</li>`)}
          </ul>
          ${renderParameters(result)} ${renderResults(result, 'random')}
          ${result.grouped && renderResults(result, 'grouped')} ${renderEffects(result)}
          ${renderCurves(result)}
        </main>
      </body>
    </html>`
    .toString()
    .trimStart();
}

function renderParameters({ networks }: PaperResult): SafeHtml {
  return html`<section>
    <h2>Parameters (table III)</h2>
    ${renderTable({
      caption: 'Parameters of the whole network, backbone included',
      columns: ['Network', 'Total', 'Trained'],
      rows: networks.map(({ name, parameters }) => ({
        head: name,
        cells: [formatCount(parameters.total), formatCount(parameters.trainable)],
      })),
    })}
  </section>`;
}

function renderResults({ networks }: PaperResult, split: PaperSplit): SafeHtml {
  const paper: TableRow[] = Object.entries(PAPER_FIGURES).map(([name, { accuracy, seconds }]) => ({
    head: `${name}, as published`,
    cells: [formatPercent(accuracy), '–', '–', '–', '–', formatSeconds(seconds), '1'],
  }));
  return html`<section>
    <h2>Results, ${split} split${split === 'random' && ' (table IV)'}</h2>
    ${renderTable({
      caption: 'On the 20 % that was not trained on: mean ± standard deviation over seeds',
      columns: RESULT_COLUMNS,
      rows: [
        ...networks.map((network) => describeNetwork(network, split)),
        ...(split === 'random' ? paper : []),
      ],
    })}
  </section>`;
}

function renderEffects({ effects, networks }: PaperResult): SafeHtml {
  if (effects.length === 0) return html``;
  const base = networks.filter(({ features }) => features !== null);
  return html`<section>
    <h2>Width α and resolution ρ</h2>
    ${renderTable({
      caption: 'The paper’s head on other widths and resolutions, random split',
      columns: RESULT_COLUMNS,
      rows: [...base, ...effects].map((network) => describeNetwork(network, 'random')),
    })}
  </section>`;
}

function describeNetwork({ name, runs, featureSeconds, skipped }: PaperNetwork, split: PaperSplit): TableRow {
  const own = runs.filter((run) => run.split === split);
  if (own.length === 0) return { head: name, cells: [skipped ?? '–', ...Array<Hole>(6).fill('–')] };
  const seconds = own.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0) / own.length;
  return {
    head: name,
    cells: [
      spread(own, 'accuracy'),
      spread(own, 'precision'),
      spread(own, 'recall'),
      spread(own, 'f1'),
      featureSeconds === null ? '–' : featureSeconds === 0 ? 'from the cache' : formatSeconds(featureSeconds),
      formatSeconds(seconds),
      String(own.length),
    ],
  };
}

/** "88.6 ± 0.7 %". */
function spread(runs: readonly PaperRun[], key: 'accuracy' | 'precision' | 'recall' | 'f1'): string {
  const mean = runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
  if (runs.length < 2) return formatPercent(mean);
  const variance = runs.reduce((sum, run) => sum + (run[key] - mean) ** 2, 0) / (runs.length - 1);
  return `${(mean * 100).toFixed(1)} ± ${formatPercent(Math.sqrt(variance))}`;
}

function renderCurves({ networks }: PaperResult): SafeHtml {
  return html`<section>
    <h2>How they learned</h2>
    <div class="charts">
      ${networks.map(({ name, runs }) => runs[0] !== undefined && drawCurve(name, runs[0], 'loss'))}
      ${networks.map(({ name, runs }) => runs[0] !== undefined && drawCurve(name, runs[0], 'accuracy'))}
    </div>
  </section>`;
}

function drawCurve(name: string, { curve }: PaperRun, what: 'loss' | 'accuracy'): SafeHtml {
  const points = curve.map((point) => ({
    x: point.epoch,
    y: what === 'loss' ? point.trainLoss : point.trainAccuracy,
  }));
  const highest = what === 'loss' ? Math.max(0.1, ...points.map(({ y }) => y)) : 1;
  const last = curve.at(-1)?.epoch ?? 1;
  return html`<figure>
    <figcaption>${name}: ${what} on the training part, first seed.</figcaption>
    ${drawLineChart({
      description: `${name}: ${what} over ${curve.length} epochs.`,
      x: { label: 'epoch', min: Math.min(1, last - 1), max: last, format: String },
      y: { label: what, min: 0, max: Math.ceil(highest * 10) / 10, format: (value) => value.toFixed(1) },
      series: [{ name: 'training', rank: 'main', points, dots: true }],
    })}
  </figure>`;
}
