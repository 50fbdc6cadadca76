import type { LabelCounts } from '../../shared/labels.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { Gallery } from '../gallery/gallery.svelte.ts';
import { Targets } from '../gallery/targets.ts';
import { formatQuantity } from '../ui/formatNumbers.ts';

const NO_COUNTS: LabelCounts = { images: 0, labelled: 0, unlabelled: 0, canUndo: false, canRedo: false };

/**
 * Labels images, undoes and redoes. An image shows its new class at once; `unsaved` says how many actions the
 * core has not yet acknowledged, and only what it has is called saved.
 */
export class Labelling {
  counts: LabelCounts = $state.raw(NO_COUNTS);
  unsaved: number = $state(0);
  lastSavedAt: number | null = $state(null);
  readonly #api: Api;
  readonly #gallery: Gallery;
  readonly #notices: Notices;
  #queue: Promise<void> = Promise.resolve();
  /** Actions saved so far. */
  #saved = 0;

  constructor(api: Api, gallery: Gallery, notices: Notices) {
    this.#api = api;
    this.#gallery = gallery;
    this.#notices = notices;
  }

  async load(): Promise<void> {
    const before = this.#saved;
    try {
      const counts = await read(this.#api.labels.counts.$get());
      // What was asked before an action was saved knows nothing of it, and would take its undo away.
      if (before === this.#saved) this.counts = counts;
    } catch (error) {
      this.#notices.report(error, 'Counting the labels');
    }
  }

  /** Gives images a class, or takes it away with null. */
  label(images: Iterable<number>, classId: number | null): void {
    const targets = images instanceof Targets ? images : Targets.of(images);
    if (targets.size === 0) return;
    this.#gallery.rows.patch(targets.ids, (row) => ({ ...row, classId }));
    const attempt = `Labelling ${formatQuantity(targets.size, 'image')}`;
    this.#enqueue(attempt, () => read(this.#api.labels.$post({ json: { ...targets.request, classId } })));
  }

  /** Gives images the class that the model says. */
  accept(targets: Targets): void {
    if (targets.size === 0) return;
    this.#gallery.rows.patch(targets.ids, (row) => ({
      ...row,
      classId: row.prediction?.classId ?? row.classId,
    }));
    const { modelId } = this.#gallery.filter;
    const json = { ...targets.request, ...(modelId === undefined ? {} : { modelId }) };
    const attempt = `Accepting what the model says of ${formatQuantity(targets.size, 'image')}`;
    this.#enqueue(attempt, () => read(this.#api.labels.accept.$post({ json })));
  }

  undo(): void {
    if (this.counts.canUndo) this.#enqueue('Undo', () => read(this.#api.labels.undo.$post()));
  }

  redo(): void {
    if (this.counts.canRedo) this.#enqueue('Redo', () => read(this.#api.labels.redo.$post()));
  }

  /** Actions go out one after the other, so that the core sees them in the reader's order. */
  #enqueue(attempt: string, send: () => Promise<{ readonly counts: LabelCounts }>): void {
    this.unsaved += 1;
    this.#queue = this.#queue.then(async () => {
      try {
        const { counts } = await send();
        this.#saved += 1;
        this.counts = counts;
        this.lastSavedAt = Date.now();
      } catch (error) {
        this.#notices.report(error, attempt);
        // What was shown ahead of time did not happen.
        this.#gallery.refreshLabels();
      } finally {
        this.unsaved -= 1;
      }
    });
  }
}
