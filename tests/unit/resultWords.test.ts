import { describe, expect, it } from 'vitest';
import { listConfusions } from '../../src/renderer/evaluation/confusion.ts';
import { intervalInWords } from '../../src/renderer/evaluation/intervalWords.ts';
import { splitAtGroup } from '../../src/renderer/library/splitAtGroup.ts';
import { readableOn } from '../../src/renderer/ui/contrast.ts';
import { formatBytes, formatDuration, formatShare } from '../../src/renderer/ui/formatNumbers.ts';
import { CLASS_COLORS } from '../../src/shared/labels.ts';

describe('what a reader is told', () => {
  it('never rounds a model with a mistake up to 100 %', () => {
    expect([formatShare(1), formatShare(0.9999), formatShare(0.9134)]).toEqual([
      '100.0 %',
      '99.9 %',
      '91.3 %',
    ]);
    expect([formatShare(0.999, 0), formatShare(0)]).toEqual(['99 %', '0.0 %']);
  });

  it('says times and sizes as people do', () => {
    expect([0.7, 8, 59.6, 200, 3900].map(formatDuration)).toEqual([
      '0.7 s',
      '8 s',
      '1 min',
      '3 min 20 s',
      '1 h 5 min',
    ]);
    expect([0, 999, 1536, 999_600, 42e6].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.5 kB',
      '1.0 MB',
      '42.0 MB',
    ]);
  });

  it('says an interval with what it was counted over', () => {
    const grouped = { interval: [0.7782, 0.955], units: 5, intervalMethod: 'group-bootstrap' } as const;
    const single = { ...grouped, units: 104, intervalMethod: 'wilson' } as const;
    const say = (groups: number, test: typeof grouped | typeof single = grouped): string =>
      intervalInWords({ test, split: { groups: { test: groups } } });
    expect(say(5)).toContain('between 77.8 % and 95.5 % (95 % confidence, counted over 5 groups, because');
    expect(say(3)).toContain('over 3 groups and 2 images without a group');
    expect(say(0, single)).toContain('over 104 independent images');
  });

  it('lists mistakes by how many images they concern, without what was right', () => {
    const confusion = [
      [90, 3, 7],
      [0, 5, 5],
      [1, 0, 0],
    ];
    const list = listConfusions(confusion, 3).map(({ actual, predicted, count }) => [
      actual,
      predicted,
      count,
    ]);
    expect(list).toEqual([
      [0, 2, 7],
      [1, 2, 5],
      [0, 1, 3],
    ]);
  });

  it('marks the captured part of a path', () => {
    expect(splitAtGroup('a/P12/x.png', 'P12')).toEqual({ before: 'a/', group: 'P12', after: '/x.png' });
    expect(splitAtGroup('a/x.png', 'from a file')).toEqual({ before: 'a/x.png', group: '', after: '' });
  });

  it('writes on every class colour with a contrast of at least 4.5 to 1', () => {
    for (const color of [...CLASS_COLORS, '#777777', '#000000', '#ffffff']) {
      expect(contrast(color, readableOn(color))).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** WCAG contrast, from its definition. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
