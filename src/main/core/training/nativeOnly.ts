import { FoveaError } from '../../../shared/errors.ts';
import type { EngineName, RecipeName } from '../../../shared/training.ts';

/** @throws FoveaError `unsupported` when this engine cannot train what a recipe trains. */
export function requireNative(engine: EngineName, recipe: RecipeName): void {
  if (engine !== 'wasm') return;
  throw new FoveaError(
    'unsupported',
    `“${recipe}” needs native TensorFlow: the engine wasm has no gradients of convolutions.`,
    {
      subject: recipe,
      todo: 'Run “fovea doctor”: it says how to get the native engine. Heads on frozen networks train on any engine.',
    },
  );
}
