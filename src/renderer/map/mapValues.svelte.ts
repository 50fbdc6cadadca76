import {
  IMAGE_VALUES,
  unpackImageValues,
  type ImageValue,
  type ImageValues,
} from '../../shared/imageValues.ts';
import { readBytes, type Api } from '../api.ts';
import { latest } from '../state/latest.ts';

const STORED_AS = 'fovea.map.by';

/** What the points are coloured by, and its value for every image. */
export class MapValues {
  by: ImageValue = $state('class');
  values: ImageValues | null = $state.raw(null);
  readonly #load: (by: ImageValue) => Promise<ImageValues | null>;
  readonly #onFailure: (error: unknown) => void;

  constructor(api: Api, onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
    this.by = IMAGE_VALUES.find((each) => each === localStorage.getItem(STORED_AS)) ?? 'class';
    this.#load = latest(async (signal, by: ImageValue) =>
      unpackImageValues(await readBytes(api['image-values'].$get({ query: { by } }, { init: { signal } }))),
    );
  }

  choose(by: ImageValue): void {
    this.by = by;
    localStorage.setItem(STORED_AS, by);
    void this.load();
  }

  /** Reads the values, also again after labels or predictions changed. */
  async load(): Promise<void> {
    try {
      this.values = (await this.#load(this.by)) ?? this.values;
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
