import type { BlindImage, ReadingRow } from '../../shared/labels.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { Readers } from '../labels/readers.svelte.ts';
import type { Address } from '../state/address.svelte.ts';
import type { TargetRequest } from '../gallery/targets.ts';
import { Zoom } from '../ui/zoom.svelte.ts';

/** Images kept ready; more are asked for when fewer than a fifth are left. */
const AHEAD = 50;

/** Second readings, and the one that is being read: image after image, with nothing that tells its class. */
export class Readings {
  list: readonly ReadingRow[] = $state.raw([]);
  /** Images of the open reading that are still to be read; the first is shown. */
  queue: readonly BlindImage[] = $state.raw([]);
  isLoaded: boolean = $state(false);
  /** Images read since the reading was opened, in their order; the last can be taken back. */
  answered: readonly BlindImage[] = $state.raw([]);
  /** Rises when something that figures are made of changed. */
  version: number = $state(0);
  readonly zoom = new Zoom();
  readonly #api: Api;
  readonly #address: Address;
  readonly #readers: Readers;
  readonly #notices: Notices;
  #openId: number | null = null;
  /** Answers go out one after the other, so that the core sees them in the reader's order. */
  #sending: Promise<unknown> = Promise.resolve();

  constructor(api: Api, address: Address, readers: Readers, notices: Notices) {
    this.#api = api;
    this.#address = address;
    this.#readers = readers;
    this.#notices = notices;
  }

  /** The reading that the address names, while it is being read and not looked at. */
  readonly shownId: number | null = $derived.by(() => {
    const [noun, id, part] = this.#address.parts;
    return noun === 'readings' && id !== undefined && part === undefined ? Number(id) : null;
  });

  /** Whether a class key answers now: the reading is shown to the reader whose it is. */
  get canAnswer(): boolean {
    return this.shownId !== null && this.isOwn(this.shownId);
  }

  find(readingId: number): ReadingRow | null {
    return this.list.find((row) => row.readingId === readingId) ?? null;
  }

  isOwn(readingId: number): boolean {
    return this.find(readingId)?.readerId === this.#readers.present?.readerId;
  }

  async load(): Promise<void> {
    this.version += 1;
    await this.#notices.attempt('Reading the second readings', async () => {
      this.list = (await read(this.#api.readings.$get())).readings;
    });
  }

  /** @throws FoveaError `invalid` when none of the images is labelled, for the form to show. */
  async start(plan: {
    readonly target: TargetRequest | null;
    readonly readerId: number;
    readonly sample: number | null;
    readonly seed: number;
  }): Promise<number> {
    const { readerId, sample, seed } = plan;
    const json = {
      ...plan.target,
      ...(sample === null ? {} : { sample }),
      ...{ readerId, seed },
    };
    const { readingId } = await read(this.#api.readings.$post({ json }));
    await this.load();
    return readingId;
  }

  /** Begins or goes on with a reading. */
  async open(readingId: number): Promise<void> {
    this.#openId = readingId;
    this.queue = [];
    this.answered = [];
    this.isLoaded = false;
    await this.#notices.attempt('Opening the reading', async () => {
      await this.#refill(readingId);
      this.isLoaded = true;
    });
  }

  /** Says what the shown image is, and shows the next. */
  answer(classId: number): void {
    const [image, ...rest] = this.queue;
    const readingId = this.#openId;
    if (image === undefined || readingId === null) return;
    this.queue = rest;
    this.answered = [...this.answered, image];
    this.#send(async () => {
      await this.#say(readingId, image.imageId, classId);
      if (this.queue.length < AHEAD / 5) await this.#refill(readingId);
    });
  }

  /** Shows the image before again, unread. */
  takeBack(): void {
    const image = this.answered.at(-1);
    const readingId = this.#openId;
    if (image === undefined || readingId === null) return;
    this.answered = this.answered.slice(0, -1);
    this.queue = [image, ...this.queue];
    this.#send(() => this.#say(readingId, image.imageId, null));
  }

  async #say(readingId: number, imageId: number, classId: number | null): Promise<void> {
    const param = { readingId: String(readingId) };
    const json = { imageIds: [imageId], classId };
    const row = await read(this.#api.readings[':readingId'].labels.$post({ param, json }));
    this.list = this.list.map((each) => (each.readingId === readingId ? row : each));
  }

  async #refill(readingId: number): Promise<void> {
    const param = { readingId: String(readingId) };
    const query = { count: String(AHEAD) };
    const { images } = await read(this.#api.readings[':readingId'].next.$get({ param, query }));
    if (this.#openId !== readingId) return;
    // Answers that are still on their way are not unread.
    const answered = this.answered.map(({ imageId }) => imageId);
    // Neither is one that was taken back while the call was on its way, of which the core does not know yet.
    const waiting = this.queue.map(({ imageId }) => imageId);
    const fresh = images.filter(({ imageId }) => !answered.includes(imageId) && !waiting.includes(imageId));
    this.queue = [...this.queue, ...fresh];
  }

  #send(work: () => Promise<void>): void {
    this.#sending = this.#sending.then(() =>
      this.#notices.attempt('Keeping what you read', async () => {
        try {
          await work();
        } catch (error) {
          // What was shown ahead of time did not happen.
          if (this.#openId !== null) void this.open(this.#openId);
          throw error;
        }
      }),
    );
  }
}
