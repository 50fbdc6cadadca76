import type { EpochSettings } from '../../../shared/training.ts';

/** Where in a training a step stands. */
export interface StepPlace {
  /** 1 for the first. */
  readonly epoch: number;
  /** 0 for the first of its epoch. */
  readonly step: number;
  readonly stepsPerEpoch: number;
}

/** The learning rate of one step by the recipe's schedule. */
export function rateAt(
  {
    learningRate,
    schedule,
    warmUpEpochs,
    epochs,
  }: Pick<EpochSettings, 'learningRate' | 'schedule' | 'warmUpEpochs' | 'epochs'>,
  { epoch, step, stepsPerEpoch }: StepPlace,
): number {
  const passed = epoch - 1 + step / stepsPerEpoch;
  // The last step of the warm-up has the whole rate, and the first one not none.
  if (passed < warmUpEpochs) return (learningRate * (passed + 1 / stepsPerEpoch)) / warmUpEpochs;
  const share = (passed - warmUpEpochs) / (epochs - warmUpEpochs);
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'cosine':
      return (learningRate * (1 + Math.cos(Math.PI * share))) / 2;
    case 'step':
      return learningRate * (share < 0.5 ? 1 : share < 0.75 ? 0.1 : 0.01);
  }
}
