import { readFile } from 'node:fs/promises';
import { BACKBONE_NAMES } from '../../../shared/backbones.ts';
import { ENGINE_NAMES, RECIPE_NAMES, sideOf, type ModelCard } from '../../../shared/training.ts';
import {
  optionalChoice,
  optionalNumber,
  optionalText,
  refusePositionals,
  UsageError,
  type Given,
} from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatAccuracy, formatPercent, formatSeconds } from '../output.ts';

export const train: Command = {
  name: 'train',
  usage: 'train --library DIR',
  summary: 'Train a model on the labelled images and measure it on the test part.',
  options: {
    recipe: { type: 'string' },
    'recipe-file': { type: 'string' },
    backbone: { type: 'string' },
    width: { type: 'string' },
    resolution: { type: 'string' },
    seed: { type: 'string' },
    engine: { type: 'string' },
    split: { type: 'string' },
    'split-seed': { type: 'string' },
  },
  help: [
    `--recipe ${RECIPE_NAMES.join('|')}  (one-click)`,
    '--recipe-file FILE.json  a whole recipe in place of --recipe, as a model’s card.json has it',
    `--backbone ${BACKBONE_NAMES.join('|')}  --width 1.0  --resolution 160`,
    `--engine auto|${ENGINE_NAMES.join('|')}  (auto)  --seed N  (1)`,
    '--split 60/20/20  --split-seed N  (1): train/validation/test in percent; drawn once, then kept',
  ],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const request = {
      recipe: (await readRecipe(given)) ?? optionalChoice(given, 'recipe', RECIPE_NAMES),
      backbone: optionalChoice(given, 'backbone', BACKBONE_NAMES),
      width: optionalNumber(given, 'width'),
      resolution: optionalNumber(given, 'resolution'),
      seed: optionalNumber(given, 'seed'),
      engine: optionalChoice(given, 'engine', ['auto', ...ENGINE_NAMES]),
      split: readSplit(given),
    };
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const { jobId } = await read(client.api.training.$post({ json: request }));
    const { modelId } = await followJob<{ modelId: string }>(client, jobId, context);
    const card = (await read(client.api.models[':modelId'].$get({ param: { modelId } }))) as ModelCard;
    context.output.result(summarise(card), describe(card));
    return 0;
  },
};

/** A recipe in a file, or the recipe of a model's card. @throws UsageError */
async function readRecipe(given: Given): Promise<Record<string, unknown> | undefined> {
  const file = optionalText(given, 'recipe-file');
  if (file === undefined) return undefined;
  for (const name of ['recipe', 'backbone', 'width', 'resolution', 'seed']) {
    if (optionalText(given, name) !== undefined)
      throw new UsageError(`--recipe-file and --${name} cannot be given together.`);
  }
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof content !== 'object' || content === null || Array.isArray(content))
      throw new Error('no object');
    const { recipe } = content as { recipe?: unknown };
    return (typeof recipe === 'object' && recipe !== null ? recipe : content) as Record<string, unknown>;
  } catch {
    throw new UsageError(`--recipe-file ${file} is not a file that holds a recipe as JSON.`);
  }
}

/** `60/20/20` and a seed; undefined when neither was given. @throws UsageError */
function readSplit(given: Given) {
  const text = optionalText(given, 'split');
  const seed = optionalNumber(given, 'split-seed');
  if (text === undefined && seed === undefined) return undefined;
  const percents = (text ?? '60/20/20').split('/').map(Number);
  const [train, validation, test] = percents;
  const sum = percents.reduce((total, each) => total + each, 0);
  if (percents.length !== 3 || percents.some((each) => !(each > 0)) || Math.abs(sum - 100) > 1e-6) {
    throw new UsageError(
      `--split takes three percentages that add up to 100, such as 60/20/20, not “${text ?? ''}”.`,
    );
  }
  return {
    seed: seed ?? 1,
    fractions: { train: train! / 100, validation: validation! / 100, test: test! / 100 },
  };
}

function summarise(card: ModelCard): object {
  const { test, validation, split } = card;
  return {
    modelId: card.modelId,
    name: card.name,
    recipe: card.recipe.name,
    engine: card.engine.name,
    ...('features' in card.recipe
      ? { backbone: card.recipe.features.backbone, width: card.recipe.features.width }
      : {}),
    resolution: sideOf(card.recipe),
    classes: card.classes.map(({ name }) => name),
    parameters: card.parameters,
    split: {
      ...split.images,
      groups: split.groups,
      groupOverlap: split.groupOverlap,
      contentOverlap: split.contentOverlap,
      excluded: split.excluded,
    },
    validation: {
      accuracy: validation.accuracy,
      balancedAccuracy: validation.balancedAccuracy,
      images: validation.images,
    },
    test: {
      accuracy: test.accuracy,
      interval: test.interval,
      balancedAccuracy: test.balancedAccuracy,
      macroF1: test.macroF1,
      ece: test.ece,
      images: test.images,
    },
    seconds: card.seconds,
    warnings: card.warnings,
  };
}

function describe(card: ModelCard): string[] {
  const { images, groupOverlap } = card.split;
  return [
    `${card.name} (${card.modelId}): ${card.recipe.name} on ${card.featureKey}, ${card.engine.name} ${card.engine.version}`,
    `Trained on ${images.train} images, validated on ${images.validation}, tested on ${images.test}; groups in two parts: ${groupOverlap}.`,
    `Test accuracy ${formatAccuracy(card.test.accuracy, card.test.interval)}, balanced ${formatPercent(card.test.balancedAccuracy)}, ECE ${card.test.ece.toFixed(3)}.`,
    `${formatSeconds(card.seconds.total)} in all; the head took ${formatSeconds(card.seconds.head)}.`,
    ...card.warnings,
  ];
}
