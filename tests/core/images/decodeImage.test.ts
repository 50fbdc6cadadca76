import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/main/core/images/decodeImage.ts';
import { drawPicture, meanDifference, openRaw } from '../../support/drawImages.ts';
import { sharedData, sharedDir } from '../../support/shared.ts';
import { writeTiff } from '../../support/writeTiff.ts';

const [width, height] = [48, 32];
const picture = drawPicture(1, width, height);
const base = (): Sharp => openRaw(picture, width, height);

/** A ramp from 0 to 1 over the columns, one value per pixel. */
const ramp = Float64Array.from({ length: width * height }, (_, i) => (i % width) / (width - 1));
const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const columns = (rgb: Uint8Array): number[] => [rgb[0]!, rgb[(width / 2) * 3]!, rgb[(width - 1) * 3]!];

/** The picture as a camera held in that EXIF orientation stores it. */
async function storeTurned(orientation: number): Promise<Sharp> {
  const swapped = orientation >= 5;
  const [w, h] = swapped ? [height, width] : [width, height];
  const rgb = new Uint8Array(picture.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      // Which corner of the upright picture the first row and column of the stored one start from.
      const [mx, my] = [w - 1 - x, h - 1 - y];
      const [ux, uy] = [
        [x, y],
        [mx, y],
        [mx, my],
        [x, my],
        [y, x],
        [my, x],
        [my, mx],
        [y, mx],
      ][orientation - 1]!;
      for (let c = 0; c < 3; c++) rgb[(y * w + x) * 3 + c] = picture[(uy! * width + ux!) * 3 + c]!;
    }
  }
  return openRaw(rgb, w, h).withMetadata({ orientation });
}

describe('what a picture becomes', () => {
  it.each(['jpeg', 'webp', 'tiff'] as const)(
    '%s stands upright whatever its EXIF orientation',
    async (format) => {
      const upright = await decodeImage(await base().toFormat(format, { quality: 95 }).toBuffer());
      for (let orientation = 1; orientation <= 8; orientation++) {
        const stored = await storeTurned(orientation);
        const image = await decodeImage(await stored.toFormat(format, { quality: 95 }).toBuffer());
        expect([image.width, image.height, orientation]).toEqual([width, height, orientation]);
        expect(meanDifference(image.rgb, upright.rgb)).toBeLessThan(3);
      }
    },
  );

  it('shows grey, palette, CMYK and wide-gamut files in their right colours', async () => {
    const grey = await decodeImage(await base().greyscale().png().toBuffer());
    expect(grey.rgb[0]).toBe(grey.rgb[2]);
    expect(grey.rgb).toHaveLength(width * height * 3);
    const palette = await decodeImage(await base().png({ palette: true }).toBuffer());
    expect(meanDifference(palette.rgb, picture)).toBeLessThan(4);
    const cmyk = await decodeImage(await base().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer());
    // Printing inks cannot hold all of these colours; taken for inverted they would be off by 100.
    expect(meanDifference(cmyk.rgb, picture)).toBeLessThan(20);
    const wide = await decodeImage(await base().withIccProfile('p3').png().toBuffer());
    expect(meanDifference(wide.rgb, picture)).toBeLessThan(3);
    const deep = await base().toColourspace('rgb16').withIccProfile('p3').png().toBuffer();
    expect(meanDifference((await decodeImage(deep)).rgb, picture)).toBeLessThan(3);
  });

  it('lays transparent parts on white and brings no hidden colour out', async () => {
    const rgba = new Uint8Array(4 * 4).map((_, i) => [255, 0, 0, [0, 255, 51, 0][i >> 2]!][i & 3]!);
    const image = await decodeImage(await openRaw(rgba, 4, 1, 4).png().toBuffer());
    expect([...image.rgb]).toEqual([255, 255, 255, 255, 0, 0, 255, 204, 204, 255, 255, 255]);
    expect(image.flags).toContain('flattened');
    const opaque = await decodeImage(await base().ensureAlpha().png().toBuffer());
    expect(opaque.flags).toEqual([]);
  });

  it('counts pages and uses the first', async () => {
    const pages = writeTiff({
      width,
      height,
      pixels: bytesOf(Uint8Array.from(ramp, (v) => v * 255)),
      bits: 8,
      pages: 3,
    });
    expect(await decodeImage(pages)).toMatchObject({ pages: 3, flags: ['multi_page'], width, height });
    const frames = await sharp([await base().png().toBuffer(), await base().negate().png().toBuffer()], {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    const gif = await decodeImage(frames);
    expect(gif).toMatchObject({ pages: 2, width, height });
    expect(meanDifference(gif.rgb, picture)).toBeLessThan(20);
  });
});

describe('samples of more than 8 bits', () => {
  const deep = (values: ArrayBufferView, bits: number, sampleFormat: 1 | 2 | 3) =>
    decodeImage(writeTiff({ width, height, pixels: bytesOf(values), bits, sampleFormat }));

  it('shows a full 16-bit range as it is', async () => {
    const image = await deep(
      Uint16Array.from(ramp, (v) => v * 65_535),
      16,
      1,
    );
    expect(image.flags).toEqual([]);
    expect(columns(image.rgb)).toEqual([0, 130, 255]);
  });

  it.each([
    ['12 of 16 bits', Uint16Array.from(ramp, (v) => v * 4095), 16, 1, ['windowed']],
    ['30 of 65,535 values', Uint16Array.from(ramp, (v) => v * 30), 16, 1, ['windowed', 'low_contrast']],
    ['signed', Int16Array.from(ramp, (v) => v * 6000 - 3000), 16, 2, ['windowed']],
    ['signed bytes', Int8Array.from(ramp, (v) => v * 254 - 127), 8, 2, ['windowed']],
    ['32-bit integers', Uint32Array.from(ramp, (v) => v * 1e9), 32, 1, ['windowed']],
    ['floating', Float32Array.from(ramp, (v) => v * 3000 - 1000), 32, 3, ['windowed']],
  ] as const)('widens %s to what can be seen, and says so', async (_, values, bits, sampleFormat, flags) => {
    const image = await deep(values, bits, sampleFormat);
    expect(image.flags).toEqual(flags);
    const [dark, middle, bright] = columns(image.rgb);
    expect(dark).toBe(0);
    expect(middle).toBeGreaterThan(115);
    expect(middle).toBeLessThan(140);
    expect(bright).toBe(255);
  });

  it('is not put off by NaN and infinity', async () => {
    const values = Float32Array.from(ramp, (v, i) => (i === 5 ? NaN : i === 6 ? Infinity : v));
    const image = await deep(values, 32, 3);
    expect(image.flags).toEqual([]);
    expect(columns(image.rgb)).toEqual([0, 130, 255]);
  });
});

describe('what is refused', () => {
  /** A PNG whose header promises a size and whose one data chunk holds next to nothing. */
  function bomb(side: number): Buffer {
    const chunk = (type: string, body: Buffer): Buffer => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(body.length);
      head.write(type, 4, 'latin1');
      return Buffer.concat([head, body, Buffer.alloc(4)]);
    };
    const header = Buffer.alloc(13);
    header.writeUInt32BE(side, 0);
    header.writeUInt32BE(side, 4);
    header[8] = 1;
    return Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.alloc(100))),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }
  const jpeg = base().jpeg().toBuffer();
  const cut = (share: number) => async () =>
    (await jpeg).subarray(0, Math.floor((await jpeg).length * share));
  const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>';

  it.each([
    ['nothing', () => Buffer.alloc(0), 'empty_file'],
    ['one byte', () => Buffer.from([0xff]), 'not_an_image'],
    ['a JPEG cut at 10 %', cut(0.1), 'damaged'],
    ['a JPEG cut at 60 %', cut(0.6), 'damaged'],
    ['a bomb of 60,000 × 60,000', () => bomb(60_000), 'too_large'],
    ['text', () => Buffer.from('label,path\n'), 'not_an_image'],
    ['a web page', () => Buffer.from('<!doctype html><title>x</title>'), 'not_an_image'],
    ['an SVG drawing', () => Buffer.from(svg), 'unsupported_format'],
    ['a PDF', () => Buffer.from('%PDF-1.7\n'), 'not_an_image'],
    ['an archive', () => Buffer.from('PK\x03\x04abcdefgh', 'latin1'), 'not_an_image'],
    ['DICOM', () => Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]), 'unsupported_format'],
    ['HEIC', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'), 'unsupported_format'],
    [
      'a slide in JPEG 2000',
      () => writeTiff({ width, height, pixels: new Uint8Array(10), bits: 8, compression: 33005 }),
      'unsupported_format',
    ],
    [
      'a TIFF of 60,000 × 60,000',
      () => writeTiff({ width: 60_000, height: 60_000, pixels: new Uint8Array(10), bits: 8 }),
      'too_large',
    ],
  ])('%s', async (_, make, code) => {
    await expect(decodeImage(await make())).rejects.toMatchObject({ name: 'RefusedFile', code });
  });

  it('takes a picture followed by rubbish', async () => {
    const image = await decodeImage(Buffer.concat([await jpeg, Buffer.from('rubbish')]));
    expect([image.width, image.height]).toEqual([width, height]);
  });
});

describe.skipIf(sharedDir === null)('real files', () => {
  const decode = async (name: string) => decodeImage(await readFile(path.join(sharedData('formats'), name)));

  it('the eight orientations of one photograph agree', async () => {
    const first = await decode('Landscape_2.jpg');
    for (let n = 3; n <= 8; n++) {
      const image = await decode(`Landscape_${n}.jpg`);
      expect([image.width, image.height]).toEqual([first.width, first.height]);
      // The files were turned by an editor that compressed them again.
      expect(meanDifference(image.rgb, first.rgb)).toBeLessThan(5);
    }
  });

  it('CMYK looks the same with and without its profile', async () => {
    const managed = await decode('Channel_digital_image_CMYK_color.jpg');
    const plain = await decode('Channel_digital_image_CMYK_color_no_profile.jpg');
    expect(meanDifference(managed.rgb, plain.rgb)).toBeLessThan(10);
  });

  it('a whole-slide pyramid gives its first page', async () => {
    const slide = await decode('CMU-1-Small-Region.svs');
    expect(slide).toMatchObject({ width: 2220, height: 2967, pages: 4, flags: ['multi_page'] });
  });
});
