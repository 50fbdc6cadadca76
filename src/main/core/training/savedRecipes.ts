import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { Recipe, SavedRecipe } from '../../../shared/training.ts';
import { foldName } from '../labels/classes.ts';
import { completeRecipe } from './recipes.ts';

/** Recipes that a person saved by name, in the order of names. */
export function listSavedRecipes(db: Database): SavedRecipe[] {
  return db
    .prepare<[], { recipeId: number; name: string; recipe: string }>(
      'SELECT recipe_id AS recipeId, name, recipe FROM recipes ORDER BY folded_name',
    )
    .all()
    .map((row) => ({ ...row, recipe: completeRecipe(JSON.parse(row.recipe) as Recipe) }));
}

/** Saves a recipe by name; one of the same name, whatever its case, is replaced. */
export function saveRecipe(db: Database, name: string, recipe: Recipe): SavedRecipe {
  const recipeId = db
    .prepare<[string, string, string], number>(
      `INSERT INTO recipes (name, folded_name, recipe) VALUES (?, ?, ?)
       ON CONFLICT (folded_name) DO UPDATE SET name = excluded.name, recipe = excluded.recipe RETURNING recipe_id`,
    )
    .pluck()
    .all(name, foldName(name), JSON.stringify(recipe))[0]!;
  return { recipeId, name, recipe };
}

/** @throws FoveaError `not_found`. */
export function deleteRecipe(db: Database, recipeId: number): void {
  const { changes } = db.prepare('DELETE FROM recipes WHERE recipe_id = ?').run(recipeId);
  if (changes === 0)
    throw new FoveaError('not_found', 'There is no such saved recipe.', { subject: String(recipeId) });
}
