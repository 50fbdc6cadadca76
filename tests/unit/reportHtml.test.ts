import { describe, expect, it } from 'vitest';
import { html } from '../../src/main/core/reports/html.ts';
import { renderReport } from '../../src/main/core/reports/renderReport.ts';
import type { ReportData } from '../../src/main/core/reports/reportData.ts';
import { drawReport } from '../support/drawReport.ts';
import { MARKUP_NAMES } from '../support/hostileNames.ts';

/** Every tag with all its attributes, in order; text between tags and the title left out. */
function skeletonOf(page: string): string[] {
  return page.match(/<[^>]*>/g) ?? [];
}

function unescape(page: string): string {
  return page
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#96;', '`')
    .replaceAll('&amp;', '&');
}

/** The page with runs of blanks as one, as a reader sees it. */
function read(data: ReportData): string {
  return renderReport(data).replaceAll(/\s+/g, ' ');
}

describe('the page of a report', () => {
  it.each([MARKUP_NAMES.slice(0, 20), MARKUP_NAMES.slice(20)])(
    'shows hostile names as text and builds the same elements as for plain names',
    async (...names) => {
      const plain = renderReport(await drawReport(names.map((_, index) => `class ${index}`)));
      const data = await drawReport(names);
      const hostile = renderReport(data);
      expect(skeletonOf(hostile)).toEqual(skeletonOf(plain));
      for (const name of names) expect(unescape(hostile)).toContain(`<bdi>${name}</bdi>`);
    },
  );

  it.each(MARKUP_NAMES)('lets no library, model, file or note become markup: %s', async (name) => {
    const data = await drawReport(['a', 'b']);
    const dress = (text: string) =>
      renderReport({
        ...data,
        libraryName: text,
        warnings: [text],
        card: { ...data.card, name: text, warnings: [`x ${text}`] },
        mistakes: data.mistakes.map((mistake) => ({ ...mistake, path: `folder ${text}` })),
      });
    expect(skeletonOf(dress(name))).toEqual(skeletonOf(dress('plain')));
  });

  it('holds no script and names no place outside itself', async () => {
    const page = renderReport(await drawReport());
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<iframe|javascript:|https?:|\son\w+=|url\(|@import/i);
  });

  it('lists the most frequent confusions where a matrix would not fit a page', async () => {
    const page = read(await drawReport(Array.from({ length: 200 }, (_, index) => `class ${index}`)));
    expect(page).toContain('the whole matrix does not fit a page');
    expect(page).not.toContain('class="confusion"');
  });

  it('writes a class of few images as k of n, greyed, and never as a bare percentage', async () => {
    const page = renderReport(await drawReport());
    const row =
      /<tr class="few">\s*<th scope="row"><bdi>Empty<\/bdi><\/th>[\s\S]*?<\/tr>/.exec(page)?.[0] ?? '';
    expect(row).toContain('6 of 6');
    expect(row).not.toContain('100.0');
  });

  it('says what its intervals assume, by how they were made', async () => {
    const data = await drawReport();
    expect(read(data)).toContain('draws the 14 groups of the test part with replacement');
    const mixed = { ...data.card, test: { ...data.card.test, units: 18 } };
    expect(read({ ...data, card: mixed })).toContain('draws the 14 groups and 4 images without a group');
    const test = { ...data.card.test, intervalMethod: 'wilson' as const };
    const split = { ...data.card.split, grouped: false };
    const single = read({ ...data, card: { ...data.card, test, split } });
    expect(single).toContain('Wilson score. It assumes that the test images are independent');
    expect(single).toContain('import with groups');
  });

  it('stays whole when the picture of a mistake is not a JPEG', async () => {
    const data = await drawReport();
    const mistakes = data.mistakes.map((mistake) => ({
      ...mistake,
      picture: Buffer.from('not a picture'),
      saliency: null,
    }));
    expect(renderReport({ ...data, mistakes })).toContain('no picture');
  });
});

describe('html', () => {
  it('escapes for element content and quoted attributes alike, and drops what is not there', () => {
    const text = `a&b<c>"d"'e'\`f\`\u0000\u001b`;
    expect(html`<p title="${text}">${[text, null, undefined, false, 0]}</p>`.toString()).toBe(
      '<p title="a&amp;b&lt;c&gt;&quot;d&quot;&#39;e&#39;&#96;f&#96;\uFFFD\uFFFD">' +
        'a&amp;b&lt;c&gt;&quot;d&quot;&#39;e&#39;&#96;f&#96;\uFFFD\uFFFD0</p>',
    );
  });

  it('takes no object for markup because it looks like it', () => {
    const forged = { toString: () => '<b>' } as unknown as string;
    expect(html`${forged}`.toString()).not.toContain('<b>');
  });
});
