import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankEntries } from '../../src/renderer/frame/rankEntries.ts';
import { placesInBox } from '../../src/renderer/gallery/boxSelect.svelte.ts';
import { captionLines, readCaptions } from '../../src/renderer/gallery/captions.ts';
import { changeQuery, readFilter, toggleValue } from '../../src/renderer/gallery/filter.ts';
import { choiceOf, listChips, type FilterNames } from '../../src/renderer/gallery/filterWords.ts';
import { movedIndex } from '../../src/renderer/gallery/gridKeys.ts';
import {
  columnLeft,
  imagesOfRow,
  indexAtPoint,
  layOutGrid,
  placeOf,
  rowAt,
  rowTop,
  sectionAt,
} from '../../src/renderer/gallery/layout.ts';
import { spreadSample } from '../../src/renderer/gallery/spreadSample.ts';
import { IdSet } from '../../src/renderer/state/idSet.ts';
import { IMAGE_FLAGS, type ImageRow } from '../../src/shared/images.ts';
import type { ClassRow } from '../../src/shared/labels.ts';

/** A view of sections of the given sizes. */
function layOut(sizes: readonly number[], width = 800) {
  const starts = Uint32Array.from(sizes, (_, index) =>
    sizes.slice(0, index).reduce((sum, size) => sum + size, 0),
  );
  const count = sizes.reduce((sum, size) => sum + size, 0);
  return layOutGrid({ count, width, height: 600, tile: 100, gap: 10, caption: 20, starts, heading: 34 });
}
const anySizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 12 });

describe('a grid with sections', () => {
  it('gives every image one place, rows below rows and headings between, and finds it at its point', () => {
    fc.assert(
      fc.property(anySizes, fc.integer({ min: 150, max: 2000 }), (sizes, width) => {
        const layout = layOut(sizes, width);
        let last = -1;
        let index = 0;
        for (let row = 0; row < layout.rows; row += 1) {
          const { start, end } = imagesOfRow(layout, row);
          expect(start).toBe(index);
          expect(end).toBeGreaterThan(start);
          expect(rowTop(layout, row)).toBeGreaterThan(last);
          expect(rowAt(layout, rowTop(layout, row) + 1)).toBe(row);
          last = rowTop(layout, row) + layout.cellHeight;
          for (; index < end; index += 1) {
            const { row: own, column } = placeOf(layout, index);
            expect(own).toBe(row);
            const [x, y] = [columnLeft(layout, column) + 3, rowTop(layout, row) + 3];
            expect(indexAtPoint(layout, x, y)).toBe(index);
          }
        }
        expect(index).toBe(layout.count);
        expect(last).toBeLessThanOrEqual(layout.contentHeight);
      }),
    );
  });

  it('begins each section with a row and a heading of its own', () => {
    const layout = layOut([3, 20, 1]);
    expect(layout.columns).toBe(7);
    expect(layout.rows).toBe(1 + 3 + 1);
    expect([0, 3, 23].map((index) => placeOf(layout, index).column)).toEqual([0, 0, 0]);
    expect(rowTop(layout, 1) - rowTop(layout, 0)).toBe(layout.pitch + 34);
    expect(sectionAt(layout, rowTop(layout, 1))).toBe(1);
    expect(indexAtPoint(layout, 20, rowTop(layout, 1) - 20)).toBeNull();
  });

  it('is walked by the arrows across its sections', () => {
    const layout = layOut([3, 20, 1]);
    const move = (from: number, key: string) => movedIndex(layout, from, key, false);
    expect([move(2, 'ArrowRight'), move(2, 'ArrowDown'), move(5, 'ArrowUp')]).toEqual([3, 5, 2]);
    expect([move(9, 'ArrowUp'), move(22, 'ArrowDown'), move(23, 'ArrowDown')]).toEqual([2, 23, 23]);
    expect([move(12, 'Home'), move(12, 'End'), move(21, 'End')]).toEqual([10, 16, 22]);
  });

  it('gives a box exactly the pictures that it touches', () => {
    const coordinate = fc.integer({ min: -20, max: 1500 });
    fc.assert(
      fc.property(anySizes, coordinate, coordinate, coordinate, coordinate, (sizes, a, b, c, d) => {
        const layout = layOut(sizes);
        const box = {
          left: Math.min(a, b),
          right: Math.max(a, b),
          top: Math.min(c, d),
          bottom: Math.max(c, d),
        };
        const found = placesInBox(layout, box).flatMap(({ start, end }) =>
          Array.from({ length: end - start }, (_, index) => start + index),
        );
        const touched = Array.from({ length: layout.count }, (_, index) => index).filter((index) => {
          const { row, column } = placeOf(layout, index);
          const [left, top] = [columnLeft(layout, column), rowTop(layout, row)];
          return (
            left <= box.right &&
            left + layout.cellWidth >= box.left &&
            top <= box.bottom &&
            top + layout.cellHeight >= box.top
          );
        });
        expect(found).toEqual(touched);
      }),
    );
  });
});

const tumour: ClassRow = {
  ...{ classId: 3, name: 'Tumour', color: '#aa3377', key: '1', position: 0, description: '' },
  ...{ isArchived: false, imageCount: 0 },
};
const names: FilterNames = {
  findClass: (classId) => (classId === 3 ? tumour : null),
  roots: [{ rootId: 1, path: '/a', name: 'slides', imageCount: 1, isPresent: true }],
  tags: [{ tagId: 7, name: 'blurred', imageCount: 2 }],
  readers: [],
};

describe('a filter in the address', () => {
  it('takes one value more and gives it up again', () => {
    expect(toggleValue({}, 'classId', '3')).toBe('3');
    expect(toggleValue({ classId: '3,4' }, 'classId', '3')).toBe('4');
    expect(toggleValue({ classId: '3' }, 'classId', '3')).toBeNull();
  });

  it('is what a choice makes of it, and nothing after the same choice again', () => {
    const choices = [
      ['class', 3],
      ['flag', IMAGE_FLAGS[1]],
      ['confidence', 9],
      ['side', 0],
      ['side', 6],
      ['tag', 7],
      ['group', 'p,7'],
      ['duplicates', 1],
    ] as const;
    for (const [facet, key] of choices) {
      const change = choiceOf(facet, key, {}, names)?.change ?? {};
      const filter = readFilter(changeQuery(new URLSearchParams(), change));
      expect(Object.keys(filter).length, facet).toBeGreaterThan(0);
      const again = choiceOf(facet, key, filter, names)!;
      expect(again.isOn, facet).toBe(true);
      const query = changeQuery(new URLSearchParams(filter as Record<string, string>), again.change);
      expect(readFilter(query), facet).toEqual({});
      expect(listChips(filter, names), facet).toHaveLength(1);
    }
  });

  it('is told in words', () => {
    const words = (filter: Record<string, string>) => listChips(filter, names).map(({ text }) => text);
    expect(words({ classId: '3,9', part: 'test', q: 'a/b' })).toEqual([
      'Class: Tumour or gone',
      'Part: test',
      'Path contains “a/b”',
    ]);
    expect(words({ minConfidence: '0.9', maxConfidence: '1', minBytes: '2000' })).toEqual([
      'Confidence: 90–100 %',
      'File: 2.0 kB and more',
    ]);
    expect(words({ unlabelled: '0', disagreement: '1', tagId: '7', rootId: '1' })).toEqual([
      'Labelled',
      'Folder: slides',
      'Tag: blurred',
      'Model disagrees with the label',
    ]);
  });
});

describe('the palette', () => {
  const entries = ['Undo', 'Label as Tumour', 'Open “Tumour study”', 'Müller'].map((title) => ({
    title,
    section: title.startsWith('Open') ? 'Libraries' : 'Labelling',
  }));
  const find = (typed: string) => rankEntries(entries, typed).map(({ title }) => title);

  it('finds by any words in any order, best first', () => {
    expect(find('')).toHaveLength(4);
    expect(find('tum lab')).toEqual(['Label as Tumour']);
    expect(find('tumour')).toEqual(['Label as Tumour', 'Open “Tumour study”']);
    expect(find('ope')).toEqual(['Open “Tumour study”']);
    expect(find('muller')).toEqual(['Müller']);
    expect(find('umour')).toHaveLength(2);
    expect(find('nothing')).toEqual([]);
  });
});

describe('captions and samples', () => {
  it('show the wished lines of an image in one order, level in a row', () => {
    const row = {
      classId: null,
      prediction: { classId: 3, confidence: 0.934 },
      path: 'a/b.png',
      group: null,
    };
    const lines = captionLines(row as ImageRow, readCaptions('name,class,group'), names.findClass as never);
    expect(lines.map(({ text }) => text)).toEqual(['Tumour? 93 %', 'b.png', '']);
    expect(readCaptions(null)).toEqual(['class']);
    expect(readCaptions('')).toEqual([]);
  });

  it('spread over a set from its first to its last', () => {
    const sample = (count: number) =>
      spreadSample(IdSet.of(Array.from({ length: count }, (_, id) => id + 1)), 8);
    expect(sample(3)).toEqual([1, 2, 3]);
    expect(sample(1000)).toHaveLength(8);
    expect([sample(1000)[0], sample(1000)[7]]).toEqual([1, 1000]);
    expect(sample(0)).toEqual([]);
  });
});
