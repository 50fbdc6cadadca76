import {
  STRATEGY_NAMES,
  type BatchSummary,
  type QueueName,
  type StrategyName,
  type SuggestionBatch,
} from '../../shared/suggestions.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { Jobs } from '../jobs/jobs.svelte.ts';

const STORED_AS = 'fovea.suggest';

/** What to label next: the newest batch of each queue, and all batches as the library's own history. */
export class Suggestions {
  batches: readonly BatchSummary[] | null = $state.raw(null);
  /** The newest batch that teaches, and the newest that measures. */
  teach: SuggestionBatch | null = $state.raw(null);
  measure: SuggestionBatch | null = $state.raw(null);
  strategy: StrategyName = $state('default');
  count: number = $state(20);
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #jobs: Jobs;

  constructor(api: Api, notices: Notices, jobs: Jobs) {
    this.#api = api;
    this.#notices = notices;
    this.#jobs = jobs;
    this.strategy = STRATEGY_NAMES.find((each) => each === localStorage.getItem(STORED_AS)) ?? 'default';
  }

  get job() {
    return this.#jobs.activeOf('suggest');
  }

  forget(): void {
    this.batches = null;
    this.teach = null;
    this.measure = null;
  }

  async load(): Promise<void> {
    await this.#notices.attempt('Reading the suggestions', async () => {
      const { batches } = await read(this.#api.suggestions.$get());
      const newest = async (queue: QueueName): Promise<SuggestionBatch | null> => {
        const batch = batches.find((each) => each.queue === queue);
        if (batch === undefined) return null;
        const param = { batchId: String(batch.batchId) };
        return read(this.#api.suggestions[':batchId'].$get({ param }));
      };
      [this.teach, this.measure] = await Promise.all([newest('teach'), newest('measure')]);
      this.batches = batches;
    });
  }

  choose(strategy: StrategyName): void {
    this.strategy = strategy;
    localStorage.setItem(STORED_AS, strategy);
  }

  /** Asks for the next images; choosing is a job. */
  async ask(queue: QueueName): Promise<void> {
    await this.#notices.attempt('Choosing images', async () => {
      const { strategy, count } = this;
      await read(this.#api.suggestions.$post({ json: { queue, strategy, count } }));
      await this.#jobs.load();
    });
  }
}
