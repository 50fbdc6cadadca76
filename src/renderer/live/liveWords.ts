import type { LivePhase } from '../../shared/live.ts';

export const PHASE_WORDS: Readonly<Record<LivePhase, string>> = {
  off: 'learning is off',
  idle: 'up to date',
  waiting: 'labels changed',
  fitting: 'learning…',
  predicting: 'predicting…',
  paused: 'waits for the job',
  blocked: 'cannot learn yet',
};

/** 0.012 → "+1.2 points"; a change that rounds to nothing is "no change". */
export function changeInWords(change: number): string {
  const points = (100 * change).toFixed(1);
  if (Number(points) === 0) return 'no change';
  return `${change > 0 ? '+' : '−'}${points.replace('-', '')} points`;
}
