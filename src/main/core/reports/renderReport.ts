import { readFileSync } from 'node:fs';
import { html, inlineStyle } from './html.ts';
import type { ReportData } from './reportData.ts';
import { publicReport } from './publicCopy.ts';
import { renderCalibration } from './sections/calibration.ts';
import { renderConfusion } from './sections/confusion.ts';
import { renderData } from './sections/data.ts';
import { renderLearning } from './sections/learning.ts';
import { renderLimits } from './sections/limits.ts';
import { renderMetrics } from './sections/metrics.ts';
import { renderMistakes } from './sections/mistakes.ts';
import { renderSettings } from './sections/settings.ts';
import { renderHeader, renderKeyFigures, renderWarnings } from './sections/summary.ts';

const STYLE = readFileSync(new URL('./report.css', import.meta.url), 'utf8');

/**
 * The report as one self-contained HTML file: no script, no address outside itself, readable and printable
 * (A4) anywhere.
 */
export function renderReport(report: ReportData): string {
  const data = publicReport(report);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light" />
        <title>${data.card.name} · model report</title>
        ${inlineStyle(STYLE)}
      </head>
      <body>
        ${renderHeader(data)}
        <main>
          ${renderKeyFigures(data)} ${renderWarnings(data)} ${renderData(data)} ${renderMetrics(data)}
          ${renderConfusion(data)} ${renderMistakes(data)} ${renderCalibration(data)} ${renderLearning(data)}
          ${renderSettings(data)} ${renderLimits(data)}
        </main>
        <footer>
          Made by Fovea Studio without a network. The figures are also in report.json, every prediction in
          predictions.csv.
        </footer>
      </body>
    </html>`
    .toString()
    .trimStart();
}
