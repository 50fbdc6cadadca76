import { readFileSync } from 'node:fs';
import type { PaperNetwork, PaperResult, PaperRun, PaperSplit } from '../../../shared/paper.ts';
import { drawLineChart } from '../reports/charts/lineChart.ts';
import { formatCount, formatPercent, formatSeconds } from '../reports/format.ts';
import { html, inlineStyle, showName, type Hole, type SafeHtml } from '../reports/html.ts';
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
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
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
          ${renderCurves(result)} ${renderSaliency(result)} ${renderMap(result)}
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
  const pick = (train: 'trainLoss' | 'trainAccuracy', test: 'validationLoss' | 'validationAccuracy') =>
    [train, test].map((key) => curve.map((point) => ({ x: point.epoch, y: point[key] ?? NaN })));
  const [training = [], test = []] =
    what === 'loss' ? pick('trainLoss', 'validationLoss') : pick('trainAccuracy', 'validationAccuracy');
  const values = [...training, ...test].map(({ y }) => y).filter(Number.isFinite);
  const highest = what === 'loss' ? Math.max(0.1, ...values) : 1;
  const last = curve.at(-1)?.epoch ?? 1;
  return html`<figure>
    <figcaption>${name}: ${what}, first seed.</figcaption>
    ${drawLineChart({
      description: `${name}: ${what} over ${curve.length} epochs, on the training part and on the 20 %.`,
      x: { label: 'epoch', min: Math.min(1, last - 1), max: last, format: String },
      y: { label: what, min: 0, max: Math.ceil(highest * 10) / 10, format: (value) => value.toFixed(1) },
      series: [
        { name: 'training', rank: 'main', points: training, dots: true },
        { name: 'the 20 %', rank: 'second', points: test, dots: true },
      ],
    })}
  </figure>`;
}

function renderSaliency({ networks }: PaperResult): SafeHtml {
  const shown = networks.filter(({ saliency }) => saliency.length > 0);
  if (shown.length === 0) return html``;
  return html`<section>
    <h2>Where they looked</h2>
    <p>
      Of each class the first picture of the 20 % that the network named rightly, first seed: gradient × input
      with smoothing (20 noisy copies). Yellow spoke most for the class. The maps show what the network looked
      at, not whether that is right.
    </p>
    ${shown.map(
      ({ name, saliency }) =>
        html`<h3>${name}</h3>
          <ol class="mistakes">
            ${saliency.map(
              ({ className, picture, overlay }) =>
                html`<li>
                  <span class="pair"
                    ><img src="data:image/jpeg;base64,${picture}" alt="" /><img
                      src="data:image/jpeg;base64,${overlay}"
                      alt="places that spoke for ${className}"
                  /></span>
                  ${showName(className)}
                </li>`,
            )}
          </ol>`,
    )}
  </section>`;
}

const MAP_SIDE = 480;
/** Told apart by people with and without red-green blindness (Okabe & Ito), then by number. */
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#8a7f00', '#777777'];

function renderMap({ map, classes }: PaperResult): SafeHtml {
  if (map === null) return html``;
  const [xs, ys] = [map.points.map(([x]) => x), map.points.map(([, y]) => y)];
  const low = [Math.min(...xs), Math.min(...ys)] as const;
  const span = Math.max(Math.max(...xs) - low[0], Math.max(...ys) - low[1]) || 1;
  const place = (value: number, from: number): string =>
    (8 + ((value - from) / span) * (MAP_SIDE - 16)).toFixed(1);
  const colorOf = (at: number): string => COLORS[at % COLORS.length]!;
  return html`<section>
    <h2>The features as a map</h2>
    <p>
      t-SNE of the frozen features of ${map.network}, ${formatCount(map.points.length)} images. Near points
      are images that the network describes alike; distances between islands mean nothing.
    </p>
    <svg
      viewBox="0 0 ${MAP_SIDE} ${MAP_SIDE}"
      width="${MAP_SIDE}"
      role="img"
      aria-label="t-SNE of ${map.points.length} images in ${classes.length} classes"
    >
      ${map.points.map(
        ([x, y], i) =>
          html`<circle
            cx="${place(x, low[0])}"
            cy="${place(y, low[1])}"
            r="2.2"
            fill="${colorOf(map.classes[i]!)}"
          />`,
      )}
    </svg>
    <ul>
      ${classes.map(
        (name, at) =>
          html`<li>
            <svg viewBox="0 0 10 10" width="10" aria-hidden="true">
              <circle cx="5" cy="5" r="4" fill="${colorOf(at)}" />
            </svg>
            ${showName(name)}
          </li>`,
      )}
    </ul>
  </section>`;
}
