import { stripJpegMetadata } from '../../files/stripMetadata.ts';
import { formatCount, formatPercent } from '../format.ts';
import { html, showName } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { Mistake, ReportData } from '../reportData.ts';

/** The most confident mistakes as pictures: label errors and blind spots show here first. */
export function renderMistakes({ mistakes, card }: ReportData): SafeHtml {
  if (mistakes.length === 0) {
    return html`<section aria-labelledby="mistakes">
      <h2 id="mistakes">Most confident mistakes</h2>
      <p>None: every one of the ${formatCount(card.test.images)} test images was named rightly.</p>
    </section>`;
  }
  return html`<section aria-labelledby="mistakes">
    <h2 id="mistakes">Most confident mistakes</h2>
    <p>
      The test images where the model was surest and wrong. A mistaken label looks the same as a mistaken
      model: both are worth a second look. Beside each picture, where there is one, the places that spoke for
      the wrong class: a class-activation map, from violet (little) to yellow (most). It is as coarse as the
      network’s last map, shows what the model looked at and not whether that is right, and nothing of what
      spoke against the class.
    </p>
    <ol class="mistakes">
      ${mistakes.map(renderMistake)}
    </ol>
  </section>`;
}

function renderMistake(mistake: Mistake): SafeHtml {
  return html`<li>
    <span class="pair">
      ${renderPicture(mistake.picture)}${mistake.saliency === null ? null : renderPicture(mistake.saliency)}
    </span>
    <span class="said">${showName(mistake.predicted)} ${formatPercent(mistake.confidence)}</span><br />
    reader: ${showName(mistake.actual)}
    <span class="path">${showName(mistake.path)}</span>
  </li>`;
}

/** The picture without its metadata; one that is not a whole JPEG must not cost the report. */
function renderPicture(picture: Uint8Array): SafeHtml {
  try {
    const jpeg = Buffer.from(stripJpegMetadata(picture)).toString('base64');
    return html`<img src="data:image/jpeg;base64,${jpeg}" alt="" />`;
  } catch {
    return html`<span class="missing">no picture</span>`;
  }
}
