import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { IntegerText } from '../requestSchemas.ts';
import { checkRecipe, validateRecipe } from './recipes.ts';
import { deleteRecipe, listSavedRecipes, saveRecipe } from './savedRecipes.ts';

const RecipeBody = v.object({ recipe: v.record(v.string(), v.unknown()) });
const SaveBody = v.object({
  ...RecipeBody.entries,
  name: v.pipe(v.string(), v.trim(), v.nonEmpty('A recipe needs a name.'), v.maxLength(100)),
});

/** Recipes that were saved by name, and what is wrong with one that is being written. */
export const recipeRoutes = new Hono<CoreEnv>()
  .get('/recipes', (c) => c.json({ recipes: listSavedRecipes(c.var.studio.requireLibrary().db) }))
  .post('/recipes/check', validateBody(RecipeBody), (c) =>
    c.json({ faults: checkRecipe(c.req.valid('json').recipe) }),
  )
  .post('/recipes', validateBody(SaveBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { name, recipe } = c.req.valid('json');
    return c.json(saveRecipe(db, name, validateRecipe(recipe)));
  })
  .delete('/recipes/:recipeId', validateParams(v.object({ recipeId: IntegerText })), (c) => {
    const { recipeId } = c.req.valid('param');
    deleteRecipe(c.var.studio.requireWritable().db, recipeId);
    return c.json({ recipeId });
  });
