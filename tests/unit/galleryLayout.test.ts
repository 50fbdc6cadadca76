import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movedIndex } from '../../src/renderer/gallery/gridKeys.ts';
import {
  contentTopToShow,
  layOutGrid,
  MAX_SCROLL_HEIGHT,
  rowsInView,
  rowTop,
  toContentTop,
  toScrollTop,
  type GridInput,
} from '../../src/renderer/gallery/layout.ts';

const usual: GridInput = { count: 1000, width: 1050, height: 700, tile: 136, gap: 10, caption: 22 };

const anyGrid = fc.record({
  count: fc.integer({ min: 1, max: 2_000_000 }),
  width: fc.integer({ min: 200, max: 4000 }),
  height: fc.integer({ min: 200, max: 2200 }),
  tile: fc.integer({ min: 48, max: 512 }),
  gap: fc.constant(10),
  caption: fc.constantFrom(0, 22),
});

describe('the layout of the grid', () => {
  it('fills the width with whole columns and counts the last, partly filled row', () => {
    const layout = layOutGrid({ ...usual, count: 20 });
    expect(layout).toMatchObject({ columns: 7, rows: 3, cellWidth: 138, cellHeight: 160, pitch: 170 });
    expect(layout.contentHeight).toBe(3 * 170 + 10);
    expect(layOutGrid({ ...usual, count: 0 })).toMatchObject({ rows: 0, contentHeight: 0, scrollHeight: 0 });
  });

  it('keeps cells inside the box and never makes the scroll box higher than browsers can', () => {
    fc.assert(
      fc.property(anyGrid, (input) => {
        const layout = layOutGrid(input);
        const right = layout.gap + layout.columns * (layout.cellWidth + layout.gap);
        if (layout.columns > 1) expect(right).toBeLessThanOrEqual(input.width);
        expect(layout.scrollHeight).toBeLessThanOrEqual(MAX_SCROLL_HEIGHT);
        expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(input.count);
      }),
    );
  });

  it('reaches the first and the last row, whatever the number of rows', () => {
    fc.assert(
      fc.property(anyGrid, (input) => {
        const layout = layOutGrid(input);
        const end = Math.max(0, layout.scrollHeight - layout.height);
        expect(rowsInView(layout, toContentTop(layout, 0), 0).first).toBe(0);
        expect(rowsInView(layout, toContentTop(layout, end), 0).last).toBe(layout.rows);
      }),
    );
  });

  it('maps scroll space onto the rows and back', () => {
    const million = layOutGrid({ ...usual, count: 1_000_000 });
    expect(million.contentHeight).toBeGreaterThan(MAX_SCROLL_HEIGHT);
    for (const wanted of [0, 12_345, 9_876_543, million.contentHeight - million.height]) {
      expect(toContentTop(million, toScrollTop(million, wanted))).toBeCloseTo(wanted, 3);
    }
  });

  it('shows an image by the least movement', () => {
    const layout = layOutGrid(usual);
    expect(contentTopToShow(layout, 0, 500)).toBe(0);
    expect(contentTopToShow(layout, 7 * 3, 400)).toBe(400);
    const below = contentTopToShow(layout, 7 * 20, 0);
    expect(below + layout.height).toBe(rowTop(layout, 20) + layout.cellHeight + layout.gap);
  });
});

describe('the keys of the grid', () => {
  const layout = layOutGrid({ ...usual, count: 20 });
  const move = (from: number, key: string, withControl = false): number | null =>
    movedIndex(layout, from, key, withControl);

  it('moves by cells and rows and stops at the ends', () => {
    expect([move(0, 'ArrowLeft'), move(0, 'ArrowRight'), move(19, 'ArrowRight')]).toEqual([0, 1, 19]);
    expect([move(3, 'ArrowUp'), move(3, 'ArrowDown'), move(15, 'ArrowDown')]).toEqual([3, 10, 15]);
    // The last row has no seventh image: the sixth takes its place.
    expect(move(13, 'ArrowDown')).toBe(19);
  });

  it('goes to the ends of a row, and with Ctrl of the view', () => {
    expect([move(9, 'Home'), move(9, 'End'), move(16, 'End')]).toEqual([7, 13, 19]);
    expect([move(9, 'Home', true), move(9, 'End', true)]).toEqual([0, 19]);
    expect(move(9, 'x')).toBeNull();
  });

  it('turns a page by as many rows as the window holds', () => {
    const long = layOutGrid(usual);
    expect(movedIndex(long, 2, 'PageDown', false)).toBe(2 + 4 * 7);
    expect(movedIndex(long, 2, 'PageUp', false)).toBe(2);
  });
});
