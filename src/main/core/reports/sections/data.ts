import type { SplitProof } from '../../../../shared/training.ts';
import { formatCount, formatPercent } from '../format.ts';
import { html, showName } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ClassCounts, ReportData } from '../reportData.ts';

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
    <table>
      <caption>
        Labelled images by class and part
      </caption>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">Train</th>
          <th scope="col">Validation</th>
          <th scope="col">Test</th>
          <th scope="col">All</th>
        </tr>
      </thead>
      <tbody>
        ${classes.map(renderClass)}
      </tbody>
      <tfoot>
        ${renderPart('All classes', split.images)} ${split.grouped && renderPart('Groups', split.groups)}
      </tfoot>
    </table>
    <h3>How the parts were kept apart</h3>
    <p>${describeSplit(split)}</p>
  </section>`;
}

function renderClass(row: ClassCounts): SafeHtml {
  return html`<tr>
    <th scope="row">${renderSwatch(row.color)}${showName(row.name)}</th>
    <td>${formatCount(row.train)}</td>
    <td>${formatCount(row.validation)}</td>
    <td>${formatCount(row.test)}</td>
    <td>${formatCount(row.train + row.validation + row.test)}</td>
  </tr>`;
}

function renderPart(name: string, part: SplitProof['images']): SafeHtml {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${formatCount(part.train)}</td>
    <td>${formatCount(part.validation)}</td>
    <td>${formatCount(part.test)}</td>
    <td>${formatCount(part.train + part.validation + part.test)}</td>
  </tr>`;
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
