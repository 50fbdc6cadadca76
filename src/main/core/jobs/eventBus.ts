import type { StudioEvent } from '../../../shared/events.ts';

/** Tells every connected window and command what changed; never carries control. */
export class EventBus {
  readonly #listeners = new Set<(event: StudioEvent) => void>();

  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: StudioEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(event: StudioEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
