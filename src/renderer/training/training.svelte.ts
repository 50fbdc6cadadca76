import type { BackboneFinding } from '../../shared/doctor.ts';
import type { Job } from '../../shared/jobs.ts';
import type { EngineChoice, SavedRecipe, TimeEstimate } from '../../shared/training.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { Jobs } from '../jobs/jobs.svelte.ts';
import type { Classes } from '../labels/classes.svelte.ts';
import { coalesce, latest } from '../state/latest.ts';
import { recipeTitle } from './recipeWords.ts';
import { usableBackbones } from './usableBackbones.ts';

/** A recipe while it is being edited: its settings by name, whether they can be used or not. */
export type Draft = Readonly<Record<string, unknown>>;

/** What can be chosen for the next training, as the core offers it. */
interface Offer {
  readonly recipes: readonly Draft[];
  readonly backbones: readonly BackboneFinding[];
  readonly defaultBackbone: { readonly why: string | null } | null;
}

export interface Fault {
  readonly field: string;
  readonly reason: string;
}

export const RESOLUTIONS = [96, 128, 160, 192, 224] as const;

/** The next training: its recipe, how long it will take, whether it can start, and the runs that wait or run. */
export class Training {
  offer: Offer | null = $state.raw(null);
  saved: readonly SavedRecipe[] = $state.raw([]);
  /** A built-in recipe's name, or `saved:` and the id of a saved one. */
  chosen: string = $state('one-click');
  draft: Draft | null = $state.raw(null);
  engine: EngineChoice = $state('auto');
  faults: readonly Fault[] = $state.raw([]);
  estimate: TimeEstimate | null = $state.raw(null);
  isStarting: boolean = $state(false);
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #jobs: Jobs;
  readonly #classes: Classes;
  readonly #onStarted: () => void;
  readonly #ask: (
    draft: Draft,
  ) => Promise<{ faults: readonly Fault[]; estimate: TimeEstimate | null } | null>;
  /** Checks the draft and asks how long it takes, soon after something changed. */
  readonly examine: () => void;

  constructor(api: Api, notices: Notices, jobs: Jobs, classes: Classes, onStarted: () => void) {
    this.#api = api;
    this.#notices = notices;
    this.#jobs = jobs;
    this.#classes = classes;
    this.#onStarted = onStarted;
    this.#ask = latest(async (signal, draft) => {
      const init = { init: { signal } };
      const { faults } = await read(api.recipes.check.$post({ json: { recipe: draft } }, init));
      if (faults.length > 0) return { faults, estimate: null };
      return { faults, estimate: await read(api.training.estimate.$post({ json: { recipe: draft } }, init)) };
    });
    this.examine = coalesce(() => void this.#examineNow(), 250);
  }

  /** The one that runs, or else one that waits. */
  get running(): Job | null {
    const active = this.#jobs.active.filter(({ kind }) => kind === 'train');
    return active.find(({ state }) => state === 'running') ?? active.at(-1) ?? null;
  }

  /** What a person calls the chosen recipe. */
  get title(): string {
    return this.chosenSaved?.name ?? recipeTitle(this.chosen);
  }

  get chosenSaved(): SavedRecipe | null {
    return this.saved.find(({ recipeId }) => `saved:${recipeId}` === this.chosen) ?? null;
  }

  /** The chosen recipe as it is when nothing was changed in it. */
  get reference(): Draft {
    const saved = this.chosenSaved?.recipe as Draft | undefined;
    return saved ?? this.offer?.recipes.find(({ name }) => name === this.chosen) ?? {};
  }

  /** Backbones that are here and passed their known-answer check. */
  get backbones(): readonly BackboneFinding[] {
    return usableBackbones(this.offer?.backbones ?? []);
  }

  /** Why nothing can be trained now, as a sentence that says what to do; null when it can. */
  get refusal(): string | null {
    if (this.offer === null) return 'Asking what can be trained…';
    if (this.backbones.length === 0)
      return 'No backbone was found. “Engines and about” says where to get one.';
    const used = this.#classes.rows.filter((row) => row.imageCount > 0).length;
    if (used === 0) return 'Label some images first: at least two classes are needed.';
    if (used === 1) return 'All labels are of one class; label images of a second one.';
    const [fault] = this.faults;
    return fault === undefined ? null : `The recipe cannot be used: ${fault.field} ${fault.reason}`;
  }

  async load(): Promise<void> {
    try {
      [this.offer, { recipes: this.saved }] = (await Promise.all([
        read(this.#api.training.recipes.$get()),
        read(this.#api.recipes.$get()),
      ])) as [Offer, { recipes: SavedRecipe[] }];
      if (this.draft === null || !this.#isOffered(this.chosen)) this.choose('one-click');
      else this.examine();
    } catch (error) {
      this.#notices.report(error, 'Asking what can be trained');
    }
  }

  /** Begins again with a built-in or saved recipe. */
  choose(value: string): void {
    this.chosen = value;
    this.draft = this.reference;
    this.estimate = null;
    this.faults = [];
    this.examine();
  }

  /** Changes one setting. */
  set(key: string, value: unknown): void {
    if (this.draft === null) return;
    this.draft = { ...this.draft, [key]: value };
    this.examine();
  }

  async start(): Promise<void> {
    if (this.refusal !== null || this.isStarting || this.draft === null) return;
    this.isStarting = true;
    try {
      const recipeName = this.chosenSaved?.name;
      const json = {
        recipe: this.draft,
        engine: this.engine,
        ...(recipeName === undefined ? {} : { recipeName }),
      };
      await read(this.#api.training.$post({ json }));
      await this.#jobs.load();
      this.#onStarted();
    } catch (error) {
      this.#notices.report(error, 'Training');
    }
    this.isStarting = false;
  }

  /** Trains a model on for more epochs, as a new model. */
  async continue(modelId: string, epochs: number): Promise<void> {
    try {
      await read(this.#api.training.continue.$post({ json: { modelId, epochs } }));
      await this.#jobs.load();
    } catch (error) {
      this.#notices.report(error, 'Training on');
    }
  }

  /** Saves the draft by name, in the place of one of the same name. */
  async save(name: string): Promise<void> {
    try {
      const json = { name, recipe: { ...this.draft } };
      const { recipeId } = await read(this.#api.recipes.$post({ json }));
      await this.load();
      this.chosen = `saved:${recipeId}`;
      this.#notices.tell(`The recipe “${name}” is saved`, 'It stands under Recipe from now on.');
    } catch (error) {
      this.#notices.report(error, 'Saving the recipe');
    }
  }

  async forgetSaved(recipeId: number): Promise<void> {
    try {
      await read(this.#api.recipes[':recipeId'].$delete({ param: { recipeId: String(recipeId) } }));
      this.choose('one-click');
      await this.load();
    } catch (error) {
      this.#notices.report(error, 'Deleting the recipe');
    }
  }

  #isOffered(value: string): boolean {
    const isBuiltIn = this.offer?.recipes.some(({ name }) => name === value) === true;
    return isBuiltIn || this.chosenSaved !== null;
  }

  async #examineNow(): Promise<void> {
    if (this.draft === null) return;
    try {
      const answer = await this.#ask(this.draft);
      if (answer === null) return;
      this.faults = answer.faults;
      this.estimate = answer.estimate;
    } catch {
      // Said when the training is started; a figure that is not there says enough until then.
      this.estimate = null;
    }
  }
}
