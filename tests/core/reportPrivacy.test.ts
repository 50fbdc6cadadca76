import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { stripJpegMetadata, stripPngMetadata } from '../../src/main/core/files/stripMetadata.ts';
import { writeReport } from '../../src/main/core/reports/writeReport.ts';
import { drawReport, drawTile } from '../support/drawReport.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const CANARY = 'canary-user';

/** A JPEG that carries the canary in EXIF, in a comment, and behind its end. */
async function drawLoudJpeg(): Promise<Buffer> {
  const jpeg = await sharp(await drawTile(3))
    .withExif({ IFD0: { Artist: CANARY, Copyright: CANARY } })
    .jpeg({ progressive: true })
    .toBuffer();
  const comment = Buffer.from(`\xff\xfe\0\x0d${CANARY}`, 'latin1');
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2), Buffer.from(CANARY)]);
}

describe('a written report', () => {
  it('is three files in which nothing tells of this machine or its user', async () => {
    const folder = await makeTemporaryFolder();
    const data = await drawReport();
    const place = `/home/${CANARY}/patients`;
    const { files } = await writeReport(
      {
        ...data,
        libraryName: `${place}/Study.fovea`,
        warnings: [`The file "${place}/tile.png" is gone.`, `C:\\Users\\${CANARY}\\tile.png is gone.`],
        card: Object.assign({}, data.card, {
          libraryPath: place,
          warnings: [`Backbone replaced (${place}/models).`],
          engine: { name: 'tfjs-node' as const, version: '4.22.0', device: 'cpu', host: CANARY },
        }),
        mistakes: [{ ...data.mistakes[0]!, path: `${place}/tile.png`, picture: await drawLoudJpeg() }],
        predictions: [{ ...data.predictions[0]!, path: `..\\..\\${CANARY}\\tile.png` }],
      },
      folder,
    );
    expect(files.map((file) => path.basename(file))).toEqual([
      'report.html',
      'report.json',
      'predictions.csv',
    ]);
    for (const file of files) {
      const text = await readFile(file, 'utf8');
      expect(text).not.toContain(CANARY);
      const pictures = [...text.matchAll(/base64,([\w+/=]+)/g)].map((match) =>
        Buffer.from(match[1]!, 'base64'),
      );
      for (const picture of pictures) expect(picture.includes(CANARY)).toBe(false);
    }
    const page = await readFile(files[0]!, 'utf8');
    expect(page).toContain('Study.fovea');
    expect(page).toContain('…/tile.png');
    expect(page).toContain('data:image/jpeg;base64,');
  });

  it('says the same in JSON as in its data', async () => {
    const data = await drawReport();
    const { files } = await writeReport(data, await makeTemporaryFolder());
    const json = JSON.parse(await readFile(files[1]!, 'utf8')) as Record<string, unknown>;
    expect(json).toMatchObject({
      format: 'fovea-report',
      libraryName: 'Colon study',
      counts: data.counts,
      model: { modelId: data.card.modelId, test: data.card.test, split: data.card.split },
      evaluations: 2,
    });
    expect(JSON.stringify(json)).toContain('Not a medical device');
  });
});

describe('stripping metadata', () => {
  it('keeps every pixel of a JPEG and a PNG', async () => {
    const jpeg = await drawLoudJpeg();
    const png = await sharp(await drawTile(5))
      .withExif({ IFD0: { Artist: CANARY } })
      .png()
      .toBuffer();
    for (const [whole, bare] of [
      [jpeg, stripJpegMetadata(jpeg)],
      [png, stripPngMetadata(png)],
    ] as const) {
      expect(whole.includes(CANARY)).toBe(true);
      expect(Buffer.from(bare).includes(CANARY)).toBe(false);
      expect(await sharp(bare).raw().toBuffer()).toEqual(await sharp(whole).raw().toBuffer());
      expect((await sharp(bare).metadata()).exif).toBeUndefined();
    }
  });

  it.each([0.1, 0.5, 0.99])('refuses a picture cut at %s of its length', async (share) => {
    const jpeg = await drawTile(3);
    const png = await sharp(jpeg).png().toBuffer();
    const cut = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * share));
    expect(() => stripJpegMetadata(cut(jpeg))).toThrow('not a whole JPEG');
    expect(() => stripPngMetadata(cut(png))).toThrow('not a whole PNG');
  });
});
