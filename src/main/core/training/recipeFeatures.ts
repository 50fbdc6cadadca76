import type { FeatureSpec } from '../../../shared/backbones.ts';
import type { ColourChange, Recipe } from '../../../shared/training.ts';

/** Every frozen network of a recipe, the first one first. */
export function listFeatureSpecs(recipe: Recipe): readonly FeatureSpec[] {
  if (!('features' in recipe)) return [];
  return 'moreFeatures' in recipe ? [recipe.features, ...recipe.moreFeatures] : [recipe.features];
}

/** Feature sets of each image. */
export function countViews(recipe: Recipe): number {
  return 'views' in recipe ? recipe.views : 1;
}

export function colourOf(recipe: Recipe): ColourChange {
  return 'colour' in recipe ? recipe.colour : 'none';
}

/** True where a row holds the features of several networks or views. */
export function isEnsemble(recipe: Recipe): boolean {
  return listFeatureSpecs(recipe).length > 1 || countViews(recipe) > 1;
}
