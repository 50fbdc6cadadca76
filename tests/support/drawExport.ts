import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { sideOf, type ModelCard } from '../../src/shared/training.ts';
import { resizeBilinear } from '../../src/shared/resize.ts';

import type { WebExport } from '../../src/main/core/exports/exportWeb.ts';
import { drawParityPictures } from '../../src/main/core/exports/parityPictures.ts';
import { readLayersModel } from '../../src/main/core/features/readLayersModel.ts';
import { decodeImage } from '../../src/main/core/images/decodeImage.ts';
import { defaultRecipe } from '../../src/main/core/training/recipes.ts';
import { askStudio, drawHead } from './drawModel.ts';
import { drawCard, drawTile } from './drawReport.ts';

/** Twenty pictures of many kinds: JPEG and PNG tiles of several sizes, one transparent, one very wide. */
export async function drawPictures(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (let index = 0; index < 20; index++) {
    const tile = sharp(await drawTile(index * 3, 90 + index * 11));
    if (index === 4) tile.ensureAlpha(0.4);
    if (index === 7) tile.resize({ width: 1500, height: 300, fit: 'fill' });
    const asPng = index % 3 === 1;
    const file = path.join(folder, `tile ${index}.${asPng ? 'png' : 'jpg'}`);
    await writeFile(file, await (asPng ? tile.png() : tile.jpeg({ quality: 90 })).toBuffer());
    files.push(file);
  }
  return files;
}

/** Everything `exportWeb` needs for a drawn head on the given backbone, with the studio's own probabilities. */
export async function prepareExport(
  folder: string,
  backboneFolder: string,
  card: ModelCard,
  files: readonly string[],
  pageFolder: string,
): Promise<WebExport> {
  const side = sideOf(card.recipe);
  const { dims } = await readLayersModel(backboneFolder);
  const head = drawHead(dims, card.classes.length);
  const pixels = await Promise.all(
    files.map(async (file) => {
      const { rgb, width, height } = await decodeImage(await readFile(file));
      return resizeBilinear(rgb, width, height, side, side);
    }),
  );
  const said = await askStudio(backboneFolder, folder, side, { head, temperature: card.temperature }, pixels);
  const pictures = await drawParityPictures(files, side);
  const parity = pictures.flatMap((png, index) =>
    png === null ? [] : [{ png, probabilities: said[index] ?? [] }],
  );
  return { card, head, backboneFolder, parity, outDir: path.join(folder, 'export'), pageFolder };
}

/** A card for a model with the given input side. */
export function drawCardFor(names: readonly string[], side: number, name?: string): ModelCard {
  const card = drawCard(names, name);
  return { ...card, recipe: defaultRecipe('paper', { resolution: side }, 7) };
}
