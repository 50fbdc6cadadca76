import type { Evaluation } from '../../../../shared/evaluation.ts';
import { formatCount, formatFigure, formatInterval, formatPercent, formatTime } from '../format.ts';
import { html, showName } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';
import { nameTestUnits } from './units.ts';

/** Title, purpose and date. */
export function renderHeader({ card, libraryName, createdAt }: ReportData): SafeHtml {
  return html`<header>
    <p class="eyebrow">Fovea Studio · model report</p>
    <h1>${showName(card.name)}</h1>
    <p class="meta">
      Library ${showName(libraryName)} · trained ${formatTime(card.createdAt)} · report
      ${formatTime(createdAt)}
    </p>
    <p class="use">For research use only. Not a medical device.</p>
  </header>`;
}

/** The four figures to quote, each with its interval where it has one, and one sentence in plain words. */
export function renderKeyFigures({ card }: ReportData): SafeHtml {
  const { test } = card;
  const right = countRight(test);
  const apart = card.split.grouped ? `from ${nameTestUnits(card)} ` : '';
  return html`<div class="figures">
      ${renderFigure('Accuracy', formatPercent(test.accuracy), `95 %: ${formatInterval(test.interval)}`)}
      ${renderFigure(
        'Balanced accuracy',
        formatPercent(test.balancedAccuracy),
        `95 %: ${formatInterval(test.balancedInterval)}`,
      )}
      ${renderFigure('Macro F1', formatFigure(test.macroF1), 'mean over classes')}
      ${renderFigure('Calibration error', formatFigure(test.ece), '0 is perfect')}
    </div>
    <p class="lead">
      Of ${formatCount(test.images)} test images ${apart}that played no part in training or choosing, the
      model named ${formatCount(right)} rightly (${formatPercent(test.accuracy)}). With 95 % confidence its
      accuracy on images of the same kind lies between ${formatPercent(test.interval[0])} and
      ${formatPercent(test.interval[1])}.
    </p>`;
}

/** What a reader must know before quoting anything; nothing when there is nothing. */
export function renderWarnings({ card, warnings, evaluations }: ReportData): SafeHtml {
  const notes = [...new Set([...card.warnings, ...warnings])];
  if (evaluations > 1) {
    notes.push(
      `The test part has judged ${formatCount(evaluations)} models of this library. Each further look makes ` +
        'its figures a little too friendly; images that were never used would tell more.',
    );
  }
  if (notes.length === 0) return html``;
  return html`<aside class="warnings" aria-labelledby="warnings">
    <h2 id="warnings">Read this first</h2>
    <ul>
      ${notes.map((note) => html`<li>${showName(note)}</li>`)}
    </ul>
  </aside>`;
}

/** How many images stand on the diagonal of the confusion matrix. */
export function countRight(evaluation: Evaluation): number {
  return evaluation.confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
}

function renderFigure(what: string, figure: string, remark: string): SafeHtml {
  return html`<div class="figure">
    <span class="what">${what}</span><b>${figure}</b><span>${remark}</span>
  </div>`;
}
