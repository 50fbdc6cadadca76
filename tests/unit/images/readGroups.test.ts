import { describe, expect, it } from 'vitest';
import { previewGroups, readGroups } from '../../../src/main/core/images/readGroups.ts';

const groupBy = (pattern: string): ((path: string) => string | null) =>
  readGroups({ kind: 'regex', pattern });

describe('groups from paths', () => {
  it('takes the name of the folder that holds the file', () => {
    const groupOf = readGroups({ kind: 'parent' });
    expect(['tumour/P01/a.png', 'stroma/P01/b.png', 'P02/c.png', 'd.png'].map(groupOf)).toEqual([
      'P01',
      'P01',
      'P02',
      null,
    ]);
  });

  it.each([
    ['(P\\d+)_', 'tumour/P07_tile3.png', 'P07'],
    ['CRC-Prim-HE-\\d+', 'x/CRC-Prim-HE-01_Row_1.tif', 'CRC-Prim-HE-01'],
    ['(?P<patient>[A-Z]+\\d+)', 'a/AB12.png', 'AB12'],
    ['([^/]+)/[^/]+$', 'a/slide 4/tile.png', 'slide 4'],
    ['patient\\_(\\w+)\\-', 'patient_9-1.png', '9'],
    ['(🧫\\d)', 'b/🧫3.png', '🧫3'],
    ['(?:([A-Z]-)+)(\\d+)', 'A-B-7.png', 'B-'],
    ['(x)?y', 'y.png', null],
    ['nothing', 'a.png', null],
  ])('%s finds in %s the group %s', (pattern, path, group) => {
    expect(groupBy(pattern)(path)).toBe(group);
  });

  it('says why an expression is none', () => {
    expect(() => groupBy('(P\\d+')).toThrow(
      expect.objectContaining({ code: 'invalid', subject: '(P\\d+' }) as Error,
    );
  });

  it.each(['(a+)+$', '(a|aa)+$', '(?=(a+)+$)a', '(.*)\\1\\1\\1\\1\\1x', '(a*)*b', '.*.*.*.*.*.*=x'])(
    'is not hung by %s',
    (pattern) => {
      const path = `${'a'.repeat(3000)}!`;
      expect(() => groupBy(pattern)(path)).toThrow(
        expect.objectContaining({ code: 'invalid', subject: path }) as Error,
      );
    },
  );

  it('previews what is captured, where, and how large the groups get', () => {
    const paths = Array.from({ length: 300 }, (_, i) => (i < 10 ? `odd${i}.png` : `c/P${i % 3}_${i}.png`));
    const preview = previewGroups(paths, { kind: 'regex', pattern: '(P\\d)_' });
    expect(preview.rows).toHaveLength(200);
    expect(preview.rows[0]).toEqual({ path: 'odd0.png', group: null, range: null });
    const { path, group, range } = preview.rows[10]!;
    expect([group, path.slice(...range!)]).toEqual(['P1', 'P1']);
    expect(preview.groups).toEqual([
      { group: 'P1', images: 97 },
      { group: 'P2', images: 97 },
      { group: 'P0', images: 96 },
    ]);
    expect(preview.ungrouped).toBe(10);
  });
});
