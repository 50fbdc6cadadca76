import type { ImageValues } from '../../shared/imageValues.ts';
import { NO_VALUE, type Palette } from './paint/pointStyle.ts';

/** Colours for what brings none of its own: Tol's "bright" and "muted", which colour-blind readers tell apart. */
const CATEGORIES = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#ee8866',
  '#44bb99',
  '#997700',
  '#882255',
  '#88ccee',
  '#999933',
];

/** Cividis (Nuñez, Anderton & Renslow 2018), every sixteenth colour: even in lightness for every kind of colour vision. */
const CIVIDIS = [
  [0, 34, 78],
  [0, 42, 102],
  [18, 53, 112],
  [43, 65, 110],
  [60, 77, 109],
  [74, 88, 108],
  [87, 100, 109],
  [100, 112, 113],
  [112, 123, 118],
  [126, 136, 120],
  [140, 149, 119],
  [155, 162, 115],
  [170, 175, 108],
  [187, 189, 99],
  [205, 204, 88],
  [225, 220, 73],
  [254, 232, 56],
] as const;

/** Steps of the scale of a number. */
const STEPS = 128;
/** Places of the palette that categories may take; more share colours. */
const MOST_CATEGORIES = 254;
/** Numbers beyond these quantiles take the end colours, so that one outlier does not flatten the rest. */
const CUT = 0.02;

/** How the points of a map are coloured, and what the legend says of it. */
export interface Colouring {
  /** `[n] uint8`, in the order of the map's points. */
  readonly colours: Uint8Array;
  readonly palette: Palette;
  /** Of a number: what the ends of the scale stand for. */
  readonly range: readonly [number, number] | null;
}

/**
 * Colours for the points of a map by one value.
 * @param pointIds `[n] uint32` image of each point
 */
export function colourPoints(values: ImageValues, pointIds: Uint32Array): Colouring {
  const byPoint = alignValues(values, pointIds);
  if (values.kind === 'category') {
    const palette = categoryPalette(values);
    const colours = Uint8Array.from(byPoint, (value) =>
      Number.isNaN(value) ? NO_VALUE : value % MOST_CATEGORIES,
    );
    return { colours, palette, range: null };
  }
  const range = usualRange(byPoint);
  const span = range === null || range[1] <= range[0] ? 1 : range[1] - range[0];
  const colours = Uint8Array.from(byPoint, (value) => {
    if (Number.isNaN(value) || range === null) return NO_VALUE;
    return Math.max(0, Math.min(STEPS - 1, Math.floor(((value - range[0]) / span) * STEPS)));
  });
  return { colours, palette: scalePalette(), range };
}

/** The colour of a category, as CSS takes it. */
export function categoryColour(place: number, own: string | null): string {
  if (own !== null) return own;
  const known = CATEGORIES[place];
  if (known !== undefined) return known;
  // Beyond the well-chosen ones: hues by the golden angle, in three lightnesses.
  return hslToHex((place * 137.508) % 360, 0.5, 0.42 + 0.13 * (place % 3));
}

/** The scale of a number as a CSS gradient. */
export function scaleGradient(): string {
  return `linear-gradient(to right, ${CIVIDIS.map((rgb) => `rgb(${rgb.join(' ')})`).join(', ')})`;
}

/** Values in the order of the points; both lists of ids rise or not, so a table of places serves. */
function alignValues(values: ImageValues, pointIds: Uint32Array): Float64Array {
  const last = values.imageIds.at(-1) ?? 0;
  const byId = new Float64Array(last + 1).fill(NaN);
  for (let index = 0; index < values.imageIds.length; index += 1) {
    byId[values.imageIds[index]!] = values.values[index]!;
  }
  return Float64Array.from(pointIds, (imageId) => byId[imageId] ?? NaN);
}

function usualRange(values: Float64Array): readonly [number, number] | null {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0) return null;
  const at = (share: number): number => known[Math.round(share * (known.length - 1))]!;
  return [at(CUT), at(1 - CUT)];
}

function categoryPalette({ categories }: ImageValues): Palette {
  const rgb = new Uint8Array(Math.min(MOST_CATEGORIES, Math.max(1, categories.length)) * 3);
  for (let place = 0; place * 3 < rgb.length; place += 1) {
    rgb.set(parseHex(categoryColour(place, categories[place]?.color ?? null)), place * 3);
  }
  return { rgb };
}

function scalePalette(): Palette {
  const rgb = new Uint8Array(STEPS * 3);
  for (let step = 0; step < STEPS; step += 1) {
    const place = (step / (STEPS - 1)) * (CIVIDIS.length - 1);
    const low = CIVIDIS[Math.floor(place)]!;
    const high = CIVIDIS[Math.ceil(place)]!;
    for (let channel = 0; channel < 3; channel += 1) {
      rgb[step * 3 + channel] = Math.round(
        low[channel]! + (high[channel]! - low[channel]!) * (place - Math.floor(place)),
      );
    }
  }
  return { rgb };
}

/** `#rrggbb` → its three numbers. */
export function parseHex(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function hslToHex(hue: number, saturation: number, lightness: number): string {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number): string => {
    const k = (n + hue / 30) % 12;
    const value = lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
