import type { DeletedModel } from '../../shared/models.ts';
import type { ModelSummary } from '../../shared/training.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** The trained models of the open library, newest first. */
export class Models {
  list: readonly ModelSummary[] = $state.raw([]);
  deleted: readonly DeletedModel[] = $state.raw([]);
  /** The one that a person picked; null where the newest is used. */
  picked: string | null = $state(null);
  /** Whose predictions are shown: a model of the list, or `live`, or none. */
  inUse: string | null = $state(null);
  readonly #api: Api;
  readonly #notices: Notices;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  get newest(): ModelSummary | null {
    return this.list[0] ?? null;
  }

  async load(): Promise<void> {
    try {
      const answer = await read(this.#api.models.$get());
      this.list = answer.models;
      this.deleted = answer.deleted;
      this.picked = answer.picked;
      this.inUse = answer.inUse;
    } catch (error) {
      this.#notices.report(error, 'Reading the models');
    }
  }

  /** @param modelId null for the newest, whichever that is. */
  async use(modelId: string | null): Promise<void> {
    await this.#try('Choosing the model', read(this.#api.models['in-use'].$put({ json: { modelId } })));
  }

  async edit(modelId: string, change: { name: string; note: string }): Promise<void> {
    await this.#try(
      'Changing the model',
      read(this.#api.models[':modelId'].$patch({ param: { modelId }, json: change })),
    );
  }

  /** Deletes at once, and offers the way back. */
  async delete({ modelId, name }: { readonly modelId: string; readonly name: string }): Promise<void> {
    const done = await this.#try(
      'Deleting the model',
      read(this.#api.models[':modelId'].$delete({ param: { modelId } })),
    );
    if (!done) return;
    this.#notices.tell(`“${name}” is deleted`, 'It can be brought back for 30 days.', {
      title: 'Undo',
      run: () => void this.restore(modelId),
    });
  }

  async restore(modelId: string): Promise<void> {
    await this.#try(
      'Bringing the model back',
      read(this.#api.models[':modelId'].restore.$post({ param: { modelId } })),
    );
  }

  async empty(): Promise<void> {
    await this.#try('Removing deleted models', read(this.#api.models.empty.$post()));
  }

  async #try(attempt: string, answer: Promise<unknown>): Promise<boolean> {
    try {
      await answer;
      await this.load();
      return true;
    } catch (error) {
      this.#notices.report(error, attempt);
      return false;
    }
  }
}
