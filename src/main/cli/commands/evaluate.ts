import path from 'node:path';
import type { OutsideEvaluation } from '../../../shared/evaluation.ts';
import { refusePositionals, requireText } from '../arguments.ts';
import { chooseModel, openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatAccuracy, formatPercent } from '../output.ts';

export const evaluate: Command = {
  name: 'evaluate',
  usage: 'evaluate --on FOLDER --library DIR',
  summary: 'Measure a model on another folder, labelled by its folder names.',
  options: { model: { type: 'string' }, on: { type: 'string' } },
  help: ['--on FOLDER   an outside test set; classes are matched by name', '--model ID    (the newest)'],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const folder = path.resolve(requireText(given, 'on'));
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const modelId = await chooseModel(client, given);
    const { jobId } = await read(client.api.evaluations.$post({ json: { modelId, folder } }));
    const result = await followJob<OutsideEvaluation>(client, jobId, context);
    const { evaluation } = result;
    context.output.result(
      {
        modelId,
        test: {
          accuracy: evaluation.accuracy,
          interval: evaluation.interval,
          balancedAccuracy: evaluation.balancedAccuracy,
          macroF1: evaluation.macroF1,
          ece: evaluation.ece,
          images: evaluation.images,
        },
        confusion: evaluation.confusion,
        classes: result.classes,
        rejected: result.rejected,
        seenInTraining: result.seenInTraining,
        warnings: result.warnings,
      },
      [
        `${evaluation.images} images: accuracy ${formatAccuracy(evaluation.accuracy, evaluation.interval)}, balanced ${formatPercent(evaluation.balancedAccuracy)}.`,
        ...result.warnings,
      ],
    );
    return 0;
  },
};
