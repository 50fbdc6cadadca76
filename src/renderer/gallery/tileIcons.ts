/** Outlines of 24 × 24 as Lucide draws them, for pictures that are painted and not elements. */
const OUTLINES = {
  conflict: ['M16 3h5v5', 'M8 3H3v5', 'M12 22v-8.3a4 4 0 0 0-1.172-2.872L3 3', 'm15 9 6-6'],
  duplicate: [
    'M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2Z',
    'M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2',
  ],
  flag: [
    'M4 22V4a1 1 0 0 1 .4-.8A6 6 0 0 1 8 2c3 0 5 2 7.333 2q2 0 3.067-.8A1 1 0 0 1 20 4v10a1 1 0 0 1-.4.8A6 6 0 0 1 16 16c-3 0-5-2-8-2a6 6 0 0 0-4 1.528',
  ],
  excluded: ['M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0Z', 'M4.929 4.929 19.07 19.071'],
  selected: ['M20 6 9 17l-5-5'],
  missing: [
    'm2 2 20 20',
    'M10.41 10.41a2 2 0 1 1-2.83-2.83',
    'M21 15V5a2 2 0 0 0-2-2H9',
    'M3.59 3.59A2 2 0 0 0 3 5v14a2 2 0 0 0 2 2h14c.55 0 1.05-.22 1.41-.59',
  ],
} as const;

export type TileIcon = keyof typeof OUTLINES;

/** Draws an icon of `side` pixels with its top left corner at a point, in the present stroke colour. */
export function drawIcon(
  context: CanvasRenderingContext2D,
  icon: TileIcon,
  at: { readonly x: number; readonly y: number; readonly side: number },
): void {
  const scale = at.side / 24;
  context.save();
  context.translate(at.x, at.y);
  context.scale(scale, scale);
  context.lineWidth = 2.4;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const outline of OUTLINES[icon]) context.stroke(new Path2D(outline));
  context.restore();
}
