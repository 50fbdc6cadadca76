import type { SplitProof } from '../../../../shared/training.ts';
import { formatCount, formatPercent } from '../format.ts';
import { html, showName } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';
import { renderTable } from './table.ts';

/** What was trained on what: classes by part, and the proof that the parts share nothing. */
export function renderData({ card, counts, classes }: ReportData): SafeHtml {
  const { split } = card;
  return html`<section aria-labelledby="data">
    <h2 id="data">What it was trained on</h2>
    <p>
      The library holds ${formatCount(counts.images)} images, ${formatCount(counts.labelled)} of them
      labelled. ${formatCount(counts.duplicates)} further files were exact copies,
      ${formatCount(counts.rejected)} files could not be used, and ${formatCount(counts.conflicts)}
      ${counts.conflicts === 1 ? 'content was' : 'contents were'} filed under more than one class.
    </p>
    ${renderTable({
      caption: 'Labelled images by class and part',
      columns: ['Class', 'Train', 'Validation', 'Test', 'All'],
      even: true,
      rows: classes.map((row) => ({
        head: html`${renderSwatch(row.color)}${showName(row.name)}`,
        cells: countCells(row),
      })),
      foot: [
        { head: 'All classes', cells: countCells(split.images) },
        ...(split.grouped ? [{ head: 'Groups', cells: countCells(split.groups) }] : []),
      ],
    })}
    <h3>How the parts were kept apart</h3>
    <p>${describeSplit(split)}</p>
  </section>`;
}

function countCells(part: SplitProof['images']): string[] {
  return [part.train, part.validation, part.test, part.train + part.validation + part.test].map(formatCount);
}

function renderSwatch(color: string): SafeHtml | null {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return null;
  return html`<span class="swatch" style="background:${color}" aria-hidden="true"></span>`;
}

function describeSplit(split: SplitProof): SafeHtml {
  const { train, validation, test } = split.fractions;
  const shares = [train, validation, test].map((share) => formatPercent(share, 0)).join(' / ');
  const unit = split.grouped
    ? 'Groups (patients, slides) and exact copies were never divided'
    : 'The library has no groups, so single contents were drawn; exact copies were never divided';
  return html`Drawn once from seed ${split.seed} as ${shares} (train / validation / test), stratified by
    class. ${unit}. Counted anew for this model:
    <strong>${formatCount(split.groupOverlap)}</strong> ${split.grouped ? 'groups' : 'units'} and
    <strong>${formatCount(split.contentOverlap)}</strong> contents stand in more than one part.
    ${
      split.excluded > 0 &&
      html`${formatCount(split.excluded)} labelled images were held out of every part because they tie groups
      of two parts together.`
    }
    ${
      !split.grouped &&
      html`If several images show one patient or slide, the figures below are too friendly: import with
      groups.`
    }`;
}
