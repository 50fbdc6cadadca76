import { isByEpochs, type ModelCard } from '../../shared/training.ts';

interface Line {
  readonly name: string;
  readonly values: readonly number[];
  readonly color: `--${string}`;
  readonly isDashed: boolean;
}

/** Colours of theme.css that can be told apart; every second line is dashed as well. */
const COLORS = 6;

/** Curves of several models over the same steps; a model that stopped earlier has NaN after its end. */
export function overlayCurves(cards: readonly Pick<ModelCard, 'modelId' | 'name' | 'curve' | 'recipe'>[]): {
  readonly at: readonly number[];
  readonly axis: string;
  readonly losses: readonly Line[];
  readonly accuracies: readonly Line[];
} {
  const at = [...new Set(cards.flatMap(({ curve }) => curve.map(({ epoch }) => epoch)))].sort(
    (a, b) => a - b,
  );
  const draw = (pick: 'validationLoss' | 'validationAccuracy'): Line[] =>
    cards.map(({ curve, name, modelId }, index) => {
      const byStep = new Map(curve.map((point) => [point.epoch, point[pick]]));
      const isNamedTwice = cards.filter((each) => each.name === name).length > 1;
      return {
        name: isNamedTwice ? `${name} (${modelId.slice(-6)})` : name,
        values: at.map((step) => byStep.get(step) ?? NaN),
        color: `--series-${(index % COLORS) + 1}`,
        isDashed: index % 2 === 1,
      };
    });
  const solved = cards.filter(({ recipe }) => !isByEpochs(recipe.name)).length;
  const axis = solved === 0 ? 'Epoch' : solved === cards.length ? 'Solver steps' : 'Epoch or solver step';
  return { at, axis, losses: draw('validationLoss'), accuracies: draw('validationAccuracy') };
}
