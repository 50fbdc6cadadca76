import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';

/** Sentences that also stand in report.json, so that no copy of the figures travels without them. */
export const LIMITS: readonly string[] = [
  'For research use only. Not a medical device.',
  'The figures hold for images like those of the test part: same stains, scanners, magnification and choice of cases. ' +
    'Elsewhere they must be measured again.',
  'The model always answers with one of its classes. It cannot say that an image shows something else.',
  'Labels are taken as the truth. Where readers disagree or err, so does every figure here.',
];

/** What the figures do not say. */
export function renderLimits({ card }: ReportData): SafeHtml {
  const assumption = card.split.grouped
    ? 'Intervals over groups assume that the groups of the test part stand for those to come.'
    : 'Intervals assume independent images; without groups nobody can check that they are.';
  return html`<section aria-labelledby="limits">
    <h2 id="limits">What these figures do not say</h2>
    <ul>
      ${[...LIMITS, assumption].map((limit) => html`<li>${limit}</li>`)}
    </ul>
  </section>`;
}
