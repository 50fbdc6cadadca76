import type { SuggestionBatch } from '../../src/shared/suggestions.ts';
import { addFeatures } from './addFeatures.ts';
import { addImages } from './addImages.ts';
import { drawTrainingData } from './drawTraining.ts';
import { makeStudio, read, resultOf, type TestStudio } from './studio.ts';

export interface DrawnLibrary extends TestStudio {
  readonly imageIds: readonly number[];
  readonly classIds: readonly number[];
  /** Class index of each image, as drawn. */
  readonly truth: Int32Array;
}

const CLASSES = ['tumour', 'stroma', 'fat'];

/** A library of images with drawn features of three classes, of which the first `labelled` have their label. */
export async function makeDrawnLibrary(
  images: number,
  labelled: number,
  distance = 0.5,
): Promise<DrawnLibrary> {
  const made = await makeStudio();
  const imageIds = addImages(made, images);
  const { features, inputs, labels } = drawTrainingData({ images, classes: 3, distance });
  await addFeatures(made.studio.requireLibrary(), imageIds, features, inputs);
  const classIds: number[] = [];
  for (const name of CLASSES) classIds.push((await read(made.api.classes.$post({ json: { name } }))).classId);
  const library = { ...made, imageIds, classIds, truth: labels };
  await labelTruly(library, imageIds.slice(0, labelled));
  return library;
}

/** Gives images the label that they were drawn with. */
export async function labelTruly(library: DrawnLibrary, wanted: readonly number[]): Promise<void> {
  const { api, imageIds, classIds, truth } = library;
  for (const [k, classId] of classIds.entries()) {
    const chosen = wanted.filter((imageId) => truth[imageIds.indexOf(imageId)] === k);
    if (chosen.length > 0) await read(api.labels.$post({ json: { imageIds: chosen, classId } }));
  }
}

type SuggestRequest = Parameters<TestStudio['api']['suggestions']['$post']>[0]['json'];

/** Asks for a batch and waits for it. @throws FoveaError as the job failed. */
export async function suggestBatch(
  { studio, api }: TestStudio,
  json: SuggestRequest,
): Promise<SuggestionBatch> {
  const { jobId } = await read(api.suggestions.$post({ json }));
  const { batchId } = await resultOf<{ batchId: number }>(studio, jobId);
  return read(
    api.suggestions[':batchId'].$get({ param: { batchId: String(batchId) } }),
  ) as Promise<SuggestionBatch>;
}
