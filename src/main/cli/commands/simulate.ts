import { SIMULATED_NAMES, SIMULATION_METRICS, type SimulationResult } from '../../../shared/simulation.ts';
import { optionalChoice, optionalNumber, optionalText, refusePositionals, UsageError } from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatPercent, formatSeconds } from '../output.ts';

export const simulate: Command = {
  name: 'simulate',
  usage: 'simulate --library DIR',
  summary: 'Hide the labels of a labelled library and replay labelling with several strategies.',
  options: {
    strategies: { type: 'string' },
    start: { type: 'string' },
    batch: { type: 'string' },
    until: { type: 'string' },
    seeds: { type: 'string' },
    metric: { type: 'string' },
    pool: { type: 'string' },
    test: { type: 'string' },
    skew: { type: 'string' },
  },
  help: [
    `--strategies A,B,…  (default,random) of ${SIMULATED_NAMES.join(', ')}`,
    '--start 20  --batch 20  --until 500  --seeds 5  --metric accuracy|balanced',
    '--pool 8000 --test 4000   images at most in the pool and in the test part',
    '--skew N    thins out classes: their shares fall from 1 to 1/N (1)',
  ],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const request = {
      strategies: readStrategies(optionalText(given, 'strategies')),
      start: optionalNumber(given, 'start'),
      batch: optionalNumber(given, 'batch'),
      until: optionalNumber(given, 'until'),
      seeds: optionalNumber(given, 'seeds'),
      metric: optionalChoice(given, 'metric', SIMULATION_METRICS),
      mostPool: optionalNumber(given, 'pool'),
      mostTest: optionalNumber(given, 'test'),
      skew: optionalNumber(given, 'skew'),
    };
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const { jobId } = await read(client.api.simulations.$post({ json: request }));
    const result = await followJob<SimulationResult>(client, jobId, context);
    context.output.result(result, describe(result));
    return 0;
  },
};

/** @throws UsageError for a name that is none. */
function readStrategies(text: string | undefined) {
  if (text === undefined) return undefined;
  return text.split(',').map((each) => {
    const name = SIMULATED_NAMES.find((known) => known === each.trim());
    if (name === undefined) {
      throw new UsageError(
        `--strategies takes names of ${SIMULATED_NAMES.join(', ')}, not “${each.trim()}”.`,
      );
    }
    return name;
  });
}

function describe(result: SimulationResult): string[] {
  const { images, metric, fullAccuracy, seeds } = result;
  const words = metric === 'accuracy' ? 'accuracy' : 'balanced accuracy';
  const cell = (labels: number | null, saved: number | null): string =>
    (labels === null
      ? '-'
      : `${Math.round(labels)}${saved === null ? '' : ` (${(saved * 100).toFixed(0)} %)`}`
    ).padStart(13);
  return [
    `All ${images.pool} labels: ${words} ${formatPercent(fullAccuracy)} on ${images.test} test images; mean of ${seeds} seeds, ${formatSeconds(result.seconds)}.`,
    'Labels needed for 90, 95 and 98 % of that (saved against random); mean score; difference to random in points:',
    ...Object.entries(result.strategies).map(([name, each]) => {
      const { mean, low, high } = each.deltaAuc;
      const range = low === null || high === null ? '' : ` (${points(low)} to ${points(high)})`;
      return `${name.padEnd(20)}${cell(each.labels90, each.saved90)}${cell(each.labels95, each.saved95)}${cell(each.labels98, each.saved98)}  ${formatPercent(each.auc)}  ${points(mean)}${range}`;
    }),
  ];
}

function points(share: number): string {
  return `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;
}
