import type { ImageFlag, ImageFormat } from '../../../shared/images.ts';
import { decodeBmp, readBmpHeader } from './decodeBmp.ts';
import { checkSize, MAX_PIXELS } from './pictureHeader.ts';
import { readHeader } from './readHeader.ts';
import { RefusedFile } from './refusedFile.ts';
import { sharp } from './safeSharp.ts';
import { requireFormat, SNIFF_BYTES } from './sniffFormat.ts';
import { layOnWhite } from './toRgb.ts';
import {
  applyWindow,
  chooseWindow,
  isNearlyUniform,
  type DeepSamples,
  type SampleKind,
} from './windowSamples.ts';

/** A picture as the whole studio sees it: upright 8-bit sRGB without transparency, first page only. */
export interface DecodedImage {
  /** `[height, width, 3]` uint8. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  /** Pages or frames in the file. */
  readonly pages: number;
  /** Bits per sample as stored. */
  readonly bitDepth: number;
  readonly flags: readonly ImageFlag[];
  /** A browser shows the original bytes with these very pixels. */
  readonly isWebSafe: boolean;
}

/** Interleaved samples as a decoder gives them, before they become opaque RGB. */
interface Samples {
  readonly samples: Uint8Array;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly flags: readonly ImageFlag[];
}

/** sharp stops a picture that takes longer than this; the pool's own limit is a little later. */
const DECODE_SECONDS = 9;

/** Colour spaces whose samples can be shown by a linear window; others go through colour management. */
const WINDOWED_SPACES = new Set(['grey16', 'rgb16', 'b-w', 'scrgb', 'rgb', 'srgb', 'multiband']);

/** The decoder's names of sample types; 32-bit integers and doubles are looked at as floats. */
const SAMPLE_KINDS = new Map<string, SampleKind>([
  ['ushort', 'unsigned16'],
  ['short', 'signed16'],
  ['char', 'signed8'],
]);
const RAW_DEPTHS = { unsigned16: 'ushort', signed16: 'ushort', signed8: 'short', float: 'float' } as const;

/**
 * Decodes a file's bytes: judged by content, size checked from the header, EXIF orientation applied, embedded
 * profile and CMYK brought to sRGB, transparency laid on white, deep samples windowed to 8 bits. Damaged
 * pictures are taken when the decoder merely warned (flag `damaged`), never when pixels are missing.
 * Run it in a worker process only: native decoders can crash. Throws RefusedFile.
 */
export async function decodeImage(input: Uint8Array): Promise<DecodedImage> {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length === 0) throw new RefusedFile('empty_file', 'The file is empty.');
  const format = requireFormat(bytes.subarray(0, SNIFF_BYTES));
  if (format === 'bmp') return finish(openBmp(bytes), { format, pages: 1, bitDepth: 8, isWebSafe: false });
  const header = await readHeader(bytes, format).catch(refuse);
  checkSize(header, bytes.length);
  const samples = await decodeForgiving(bytes, header.isDeep);
  return finish(samples, { format, ...header });
}

function openBmp(bytes: Buffer): Samples {
  const header = readBmpHeader(bytes);
  checkSize({ ...header, peakBytesPerPixel: 4 }, bytes.length);
  return { ...decodeBmp(bytes, header), width: header.width, height: header.height, flags: [] };
}

function finish(
  { samples, channels, width, height, flags }: Samples,
  facts: Pick<DecodedImage, 'format' | 'pages' | 'bitDepth' | 'isWebSafe'>,
): DecodedImage {
  const { rgb, wasTransparent } = layOnWhite(samples, channels);
  const isUniform = !flags.includes('low_contrast') && !flags.includes('windowed') && isNearlyUniform(rgb);
  return {
    rgb,
    width,
    height,
    format: facts.format,
    pages: facts.pages,
    bitDepth: facts.bitDepth,
    isWebSafe: facts.isWebSafe && !wasTransparent && !flags.includes('damaged'),
    flags: [
      ...flags,
      ...(facts.pages > 1 ? (['multi_page'] as const) : []),
      ...(isUniform ? (['low_contrast'] as const) : []),
      ...(wasTransparent ? (['flattened'] as const) : []),
    ],
  };
}

/** First without mercy; what only drew warnings is taken on a second try and flagged. */
async function decodeForgiving(bytes: Buffer, isDeep: boolean): Promise<Samples> {
  const decode = isDeep ? decodeDeep : decodeEightBit;
  try {
    return await decode(bytes, 'warning');
  } catch (error) {
    if (isTimeout(error)) refuse(error);
    const samples = await decode(bytes, 'error').catch(refuse);
    return { ...samples, flags: ['damaged', ...samples.flags] };
  }
}

function open(bytes: Buffer, failOn: 'warning' | 'error', ignoreIcc = false): ReturnType<typeof sharp> {
  return sharp(bytes, {
    failOn,
    ignoreIcc,
    limitInputPixels: MAX_PIXELS,
    limitInputChannels: 5,
    autoOrient: true,
  }).timeout({ seconds: DECODE_SECONDS });
}

async function decodeEightBit(bytes: Buffer, failOn: 'warning' | 'error'): Promise<Samples> {
  const { data, info } = await open(bytes, failOn)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { samples: data, channels: info.channels, width: info.width, height: info.height, flags: [] };
}

/** 16-bit, signed and floating samples: kept as they are stored until their window is known. */
async function decodeDeep(bytes: Buffer, failOn: 'warning' | 'error'): Promise<Samples> {
  const meta = await sharp(bytes, { failOn, limitInputPixels: MAX_PIXELS }).metadata();
  const { depth, space } = meta;
  if (depth === 'uchar' || !WINDOWED_SPACES.has(space)) return decodeEightBit(bytes, failOn);
  const isManaged = space === 'rgb16' && meta.hasProfile;
  const kind = SAMPLE_KINDS.get(depth) ?? 'float';
  const pipeline = open(bytes, failOn, !isManaged).toColourspace(space);
  if (isManaged) pipeline.withIccProfile('srgb', { attach: false });
  // The decoder would cut negative values off.
  if (kind === 'signed16') pipeline.linear(1, 32_768);
  const { data, info } = await pipeline
    .raw({ depth: RAW_DEPTHS[kind] })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const samples = viewAs(data, kind);
  const hasAlpha = meta.hasAlpha && (channels === 2 || channels === 4);
  const window = chooseWindow(samples, channels, hasAlpha, kind);
  return {
    samples: applyWindow(samples, channels, hasAlpha, window),
    channels,
    width,
    height,
    flags: [
      ...(window.isWindowed ? (['windowed'] as const) : []),
      ...(window.isLowContrast ? (['low_contrast'] as const) : []),
    ],
  };
}

function viewAs({ buffer, byteOffset, byteLength }: Buffer, kind: SampleKind): DeepSamples {
  switch (kind) {
    case 'unsigned16':
    case 'signed16':
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    case 'signed8':
      return new Int16Array(buffer, byteOffset, byteLength / 2);
    case 'float':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout');
}

/** Complaints about kinds of pictures that the decoder was not made for, as opposed to damage. */
const LACKING =
  /not supported|unsupported tiff|unsupported jpeg process|not a whole number of bytes|not configured|samples out of range/i;

/** Says the decoder's complaint in our words; what it said itself is kept for those who want to know more. */
function refuse(error: unknown): never {
  if (error instanceof RefusedFile) throw error;
  if (isTimeout(error))
    throw new RefusedFile('timed_out', 'Decoding it took too long; it was given up.', error);
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes('channel limit')) {
    throw new RefusedFile(
      'unsupported_format',
      'It has more than 5 channels; the studio reads up to 4.',
      error,
    );
  }
  const detail = describeComplaint(text);
  if (LACKING.test(text)) {
    throw new RefusedFile(
      'unsupported_format',
      `It is a kind of picture that cannot be read${detail}.`,
      error,
    );
  }
  throw new RefusedFile('damaged', `The file is damaged or cut short${detail}.`, error);
}

/** The last complaint that says more than "error", without the decoder's internal names: " (…)" or nothing. */
function describeComplaint(text: string): string {
  const complaints = text
    .replace('Input buffer has corrupt header:', '')
    .split('\n')
    .map((line) => line.trim().replace(/^\w+: /, ''))
    .filter(
      (line) => line !== '' && !/^Warning|^Unknown error|unsupported image format|read error$/.test(line),
    );
  const last = complaints.at(-1)?.replace(/\.$/, '');
  return last === undefined ? '' : ` (${last.length > 120 ? `${last.slice(0, 119)}…` : last})`;
}
