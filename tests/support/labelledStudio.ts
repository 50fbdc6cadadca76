import { addFeatures } from './addFeatures.ts';
import { addImages } from './addImages.ts';
import { drawTrainingData } from './drawTraining.ts';
import { makeStudio, read, resultOf, type TestStudio } from './studio.ts';

export interface LabelledStudio extends TestStudio {
  readonly imageIds: readonly number[];
  readonly classIds: readonly number[];
}

/** A library of labelled images with drawn features of three classes that are not easy to tell apart. */
export async function makeLabelledStudio(images = 600): Promise<LabelledStudio> {
  const test = await makeStudio();
  const imageIds = addImages(test, images);
  const { features, inputs, labels } = drawTrainingData({ images, inputs: 1280, classes: 3, distance: 0.06 });
  await addFeatures(test.studio.requireLibrary(), imageIds, features, inputs);
  const classIds: number[] = [];
  for (const name of ['a', 'b', 'c']) {
    const { classId } = await read(test.api.classes.$post({ json: { name } }));
    const own = imageIds.filter((_, i) => labels[i] === classIds.length);
    await read(test.api.labels.$post({ json: { imageIds: own, classId } }));
    classIds.push(classId);
  }
  return { ...test, imageIds, classIds };
}

/** Trains and returns the model's id. */
export async function train(
  { api, studio }: TestStudio,
  json: Parameters<typeof api.training.$post>[0]['json'],
): Promise<string> {
  const { jobId } = await read(api.training.$post({ json }));
  return (await resultOf<{ modelId: string }>(studio, jobId)).modelId;
}
