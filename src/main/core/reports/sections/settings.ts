import type { EpochSettings, ModelCard, Recipe } from '../../../../shared/training.ts';
import { listFeatureSpecs } from '../../training/recipeFeatures.ts';
import { PAPER_EPOCHS } from '../../training/recipes.ts';
import { formatCount, formatFigure, formatSeconds } from '../format.ts';
import { html } from '../html.ts';
import type { SafeHtml } from '../html.ts';
import type { ReportData } from '../reportData.ts';

/** Everything needed to train the same model again. */
export function renderSettings({ card }: ReportData): SafeHtml {
  return html`<section aria-labelledby="settings">
    <h2 id="settings">How it was made</h2>
    <table class="settings">
      <tbody>
        ${listSettings(card).map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function listSettings(card: ModelCard): readonly (readonly [string, SafeHtml | string])[] {
  const { recipe, engine, parameters, seconds } = card;
  return [
    ...listFeatureSpecs(recipe).map(
      ({ backbone, width, resolution }) =>
        [
          'Backbone',
          `${backbone}, width ${width}, ${recipe.name === 'fine-tune' ? 'last blocks trained' : 'frozen'}, input ${resolution} × ${resolution} pixels`,
        ] as const,
    ),
    ...(recipe.name === 'augmented'
      ? [['Views', `${recipe.views} of each image, averaged at prediction; colour ${recipe.colour}`] as const]
      : []),
    ['Recipe', describeRecipe(recipe, card)],
    ['Class weights', recipe.classWeights],
    ['Seed', String(recipe.seed)],
    ['Parameters', `${formatCount(parameters.total)}, of which ${formatCount(parameters.trainable)} trained`],
    ['Temperature', formatFigure(card.temperature)],
    ['Engine', `${engine.name} ${engine.version} on ${engine.device}`],
    ...(engine.steps === undefined ? [] : [['Training steps computed by', engine.steps] as const]),
    [
      'Time',
      `features ${formatSeconds(seconds.features)}, head ${formatSeconds(seconds.head)}, ` +
        `evaluation ${formatSeconds(seconds.evaluation)}; all ${formatSeconds(seconds.total)}`,
    ],
    ['Feature key', html`<span class="mono">${card.featureKey}</span>`],
    ['Model', html`<span class="mono">${card.modelId}</span>`],
    ['Fingerprint of the labels', html`<span class="mono">${card.libraryFingerprint}</span>`],
  ];
}

/** "adam 0.001, cosine schedule, 10 epochs, batch 32; epoch 7 kept": what differs from the plainest training is named. */
function describeEpochs(recipe: EpochSettings, { bestEpoch }: ModelCard): string {
  const { optimiser, learningRate, momentum, schedule, warmUpEpochs, labelSmoothing, earlyStopping } = {
    ...PAPER_EPOCHS,
    ...recipe,
  };
  return [
    `${optimiser} ${learningRate}${optimiser === 'sgd' ? ` with momentum ${momentum}` : ''}`,
    ...(schedule === 'constant' ? [] : [`${schedule} schedule`]),
    ...(warmUpEpochs === 0 ? [] : [`warm-up of ${warmUpEpochs} epochs`]),
    ...(labelSmoothing === 0 ? [] : [`label smoothing ${labelSmoothing}`]),
    ...(earlyStopping === 0 ? [] : [`early stopping after ${earlyStopping} epochs`]),
    `${recipe.epochs} epochs`,
    `batch ${recipe.batchSize}${bestEpoch === null ? '' : `; epoch ${bestEpoch} kept`}`,
  ].join(', ');
}

function describeRecipe(recipe: Recipe, card: ModelCard): string {
  if (recipe.name === 'paper') {
    return 'paper: Dense 128 + batch norm, Dense 64 + batch norm, softmax; ' + describeEpochs(recipe, card);
  }
  if (recipe.name === 'from-scratch') {
    return `from scratch: Simple_CNN, input ${recipe.resolution} × ${recipe.resolution} pixels; ${describeEpochs(recipe, card)}`;
  }
  if (recipe.name === 'fine-tune') {
    const { unfrozenBlocks } = recipe;
    return (
      `fine-tune: the last ${unfrozenBlocks} blocks and a linear head, begun with a head fitted alone; batch norm by its ` +
      `published mean and variance; ${describeEpochs(recipe, card)}`
    );
  }
  const strength = card.chosenStrength === null ? '' : `; C = ${card.chosenStrength} chosen on validation`;
  return `${recipe.name}: softmax regression with L2 penalty, L-BFGS, tried C = ${recipe.strengths.join(', ')}${strength}`;
}
