import type { LiveState } from '../../shared/live.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** How long the screen must rest before the core is told what is on it. */
const REST_MS = 250;
/** As many images as the core takes. */
const AT_MOST = 1000;

/** Learning while labelling, as this window sees it: what the core says, the switch, and what is on the screen. */
export class Live {
  state: LiveState | null = $state.raw(null);
  /** Whether what it says of all images is what the gallery shows. */
  readonly hasPredictions = $derived(this.state !== null && this.state.modelId !== null);
  readonly #api: Api;
  readonly #notices: Notices;
  /** Called when stored predictions have changed. */
  readonly #onPredictions: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, notices: Notices, onPredictions: () => void) {
    this.#api = api;
    this.#notices = notices;
    this.#onPredictions = onPredictions;
  }

  async load(): Promise<void> {
    try {
      this.apply(await read(this.#api.live.$get()));
    } catch (error) {
      this.#notices.report(error, 'Asking about learning while labelling');
    }
  }

  /** Takes in what an event or an answer says. */
  apply(state: LiveState): void {
    const before = this.state;
    this.state = state;
    if (before !== null && state.revision !== before.revision) this.#onPredictions();
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.state = null;
  }

  /** Says which images are on the screen: they are predicted first. The first time starts the learning. */
  look(imageIds: readonly number[]): void {
    clearTimeout(this.#timer);
    if (imageIds.length === 0) return;
    this.#timer = setTimeout(() => void this.#tellVisible(imageIds.slice(0, AT_MOST)), REST_MS);
  }

  async setEnabled(enabled: boolean): Promise<void> {
    try {
      this.apply(await read(this.#api.live.$put({ json: { enabled } })));
    } catch (error) {
      this.#notices.report(error, 'Switching learning while labelling');
    }
  }

  async #tellVisible(imageIds: number[]): Promise<void> {
    // Not worth a word when it fails: the next scrolling tells it again.
    await read(this.#api.live.visible.$put({ json: { imageIds } })).then(
      (state) => this.apply(state),
      () => undefined,
    );
  }
}
