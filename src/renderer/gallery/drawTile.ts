import type { ImageRow } from '../../shared/images.ts';
import { readableOn } from '../ui/contrast.ts';
import type { CaptionLine } from './captions.ts';
import { fitText } from './fitText.ts';
import { drawIcon, type TileIcon } from './tileIcons.ts';

/** The theme's colours and type, as the window has them now. */
export interface TilePaint {
  readonly canvas: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly font: string;
}

/** One picture of the grid as it is drawn. */
export interface Tile {
  readonly row: ImageRow | undefined;
  /** null where there is no picture to be had, undefined while it is not here. */
  readonly bitmap: ImageBitmap | null | undefined;
  readonly label: { readonly color: string; readonly mark: string } | null;
  readonly lines: readonly CaptionLine[];
  readonly isSelected: boolean;
}

export interface TilePlace {
  readonly x: number;
  readonly y: number;
  /** Side of the picture's square in CSS pixels. */
  readonly side: number;
}

/** From this side on, badges and marks have their full size. */
const ROOMY = 96;

/** Draws a picture with its class, badges and caption; lengths in CSS pixels. */
export function drawTile(
  context: CanvasRenderingContext2D,
  tile: Tile,
  place: TilePlace,
  paint: TilePaint,
): void {
  const { x, y, side } = place;
  context.globalAlpha = 0.07;
  context.fillStyle = paint.text;
  context.fillRect(x, y, side, side);
  context.globalAlpha = tile.row?.isExcluded === true ? 0.4 : 1;
  if (tile.bitmap) drawPicture(context, tile.bitmap, place);
  context.globalAlpha = 1;
  if (tile.bitmap === null) {
    context.strokeStyle = paint.muted;
    const icon = Math.min(28, side / 2);
    drawIcon(context, 'missing', { x: x + (side - icon) / 2, y: y + (side - icon) / 2, side: icon });
  }
  if (tile.label !== null) drawClass(context, tile.label, place, paint);
  if (tile.row !== undefined) drawBadges(context, tile.row, place, paint);
  if (tile.isSelected) drawSelected(context, place, paint);
  drawCaption(context, tile.lines, place, paint);
}

function drawPicture(
  context: CanvasRenderingContext2D,
  bitmap: ImageBitmap,
  { x, y, side }: TilePlace,
): void {
  const scale = side / Math.max(bitmap.width, bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  context.drawImage(bitmap, x + (side - width) / 2, y + (side - height) / 2, width, height);
}

/** The class's colour as a bar along the lower edge, and its key or letter, since colour is never the only signal. */
function drawClass(
  context: CanvasRenderingContext2D,
  { color, mark }: NonNullable<Tile['label']>,
  { x, y, side }: TilePlace,
  paint: TilePaint,
): void {
  const isRoomy = side >= ROOMY;
  const bar = isRoomy ? 4 : 3;
  const box = isRoomy ? 18 : 13;
  context.fillStyle = color;
  context.fillRect(x, y + side - bar, side, bar);
  context.fillRect(x, y + side - box, box, box);
  context.fillStyle = readableOn(color);
  context.font = `600 ${isRoomy ? 12 : 10}px ${paint.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(mark.toUpperCase(), x + box / 2, y + side - box / 2 + 0.5);
}

function drawBadges(
  context: CanvasRenderingContext2D,
  row: ImageRow,
  place: TilePlace,
  paint: TilePaint,
): void {
  const { x, y, side } = place;
  const box = side >= ROOMY ? 19 : 14;
  const badges: { icon: TileIcon | null; text: string; isAlarm: boolean }[] = [];
  if (row.flags.includes('conflict')) badges.push({ icon: 'conflict', text: '', isAlarm: true });
  if (row.isExcluded) badges.push({ icon: 'excluded', text: '', isAlarm: false });
  if (row.flags.some((flag) => flag !== 'conflict')) badges.push({ icon: 'flag', text: '', isAlarm: false });
  if (row.duplicates > 0) badges.push({ icon: 'duplicate', text: '', isAlarm: false });
  if (row.part === 'validation' || row.part === 'test') {
    badges.push({ icon: null, text: row.part === 'test' ? 'T' : 'V', isAlarm: false });
  }
  const room = Math.max(1, Math.floor((side - box) / (box + 2)));
  for (const [index, { icon, text, isAlarm }] of badges.slice(0, room).entries()) {
    const left = x + side - (box + 2) * (index + 1);
    context.fillStyle = isAlarm ? '#9a3412' : 'rgb(0 0 0 / 72%)';
    context.beginPath();
    context.roundRect(left, y + 2, box, box, 4);
    context.fill();
    context.strokeStyle = context.fillStyle = '#ffffff';
    if (icon !== null) drawIcon(context, icon, { x: left + 3, y: y + 5, side: box - 6 });
    else {
      context.font = `600 ${box - 7}px ${paint.font}`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(text, left + box / 2, y + 2.5 + box / 2);
    }
  }
}

function drawSelected(context: CanvasRenderingContext2D, { x, y, side }: TilePlace, paint: TilePaint): void {
  const isRoomy = side >= ROOMY;
  const ring = isRoomy ? 3 : 2;
  const away = isRoomy ? 2 : 0;
  context.strokeStyle = paint.accent;
  context.lineWidth = ring;
  const out = away + ring / 2;
  context.strokeRect(x - out, y - out, side + 2 * out, side + 2 * out);
  const radius = isRoomy ? 9 : 7;
  context.fillStyle = paint.accent;
  context.beginPath();
  context.arc(x + radius + 3, y + radius + 3, radius, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = paint.onAccent;
  const icon = radius * 1.3;
  drawIcon(context, 'selected', { x: x + radius + 3 - icon / 2, y: y + radius + 3 - icon / 2, side: icon });
}

function drawCaption(
  context: CanvasRenderingContext2D,
  lines: readonly CaptionLine[],
  { x, y, side }: TilePlace,
  paint: TilePaint,
): void {
  context.font = `12px ${paint.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  for (const [index, { text, isFaint }] of lines.entries()) {
    context.fillStyle = isFaint ? paint.muted : paint.text;
    context.fillText(fitText(context, text, side), x, y + side + 17 * (index + 1));
  }
}
