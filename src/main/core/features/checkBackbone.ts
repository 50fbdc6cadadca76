import type { BackboneName } from '../../../shared/backbones.ts';
import { FoveaError } from '../../../shared/errors.ts';
import { GRAPH_INPUT, GRAPH_OUTPUT } from './graphNames.ts';
import { ANSWER_TOLERANCE, compareAnswers, requireKnownAnswer, summariseFeatures } from './knownAnswers.ts';
import { drawKnownInput, KNOWN_INPUT_SIDE } from './knownInput.ts';
import { ort } from './onnxruntime.ts';
import { readLayersModel } from './readLayersModel.ts';
import { writeBackboneGraph } from './writeBackboneGraph.ts';

export interface CheckedBackbone {
  readonly sha256: string;
  readonly dims: number;
  /** Largest difference from the known answers. */
  readonly difference: number;
}

/**
 * Accepts a layers-model folder as the named backbone, by its known answers: our graph of it must give the
 * features of the fixed picture that are on file. Takes about 0.3 s of this thread.
 * Throws `not_found`, `corrupt` or `unsupported` with the reason for refusing it.
 */
export async function checkBackbone(
  folder: string,
  name: BackboneName,
  width: number,
): Promise<CheckedBackbone> {
  const expected = requireKnownAnswer(folder, name, width);
  const model = await readLayersModel(folder);
  const session = await ort.InferenceSession.create(writeBackboneGraph(model, KNOWN_INPUT_SIDE), {
    intraOpNumThreads: 1,
  });
  const shape = [1, KNOWN_INPUT_SIDE, KNOWN_INPUT_SIDE, 3];
  const result = await session.run({ [GRAPH_INPUT]: new ort.Tensor('uint8', drawKnownInput(), shape) });
  await session.release();
  const features = result[GRAPH_OUTPUT]?.data as Float32Array;
  const difference = compareAnswers(summariseFeatures(features), expected);
  if (difference > ANSWER_TOLERANCE) {
    throw new FoveaError('corrupt', 'These weights do not give the known answers of this backbone.', {
      subject: folder,
      todo: 'Do not use this copy; run the set-up again to get the published weights.',
    });
  }
  return { sha256: model.sha256, dims: model.dims, difference };
}
