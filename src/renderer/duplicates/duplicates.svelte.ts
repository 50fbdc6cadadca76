import {
  USUAL_LIKENESS,
  type FiledConflict,
  type Stack,
  type StackPage,
} from '../../shared/nearDuplicates.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import { latest } from '../state/latest.ts';
import { formatCount } from '../ui/formatNumbers.ts';

export type Decision = 'keep-first' | 'keep-all' | 'keep-together';

/** What was decided, for the notice that can take it back. */
const DECIDED: Readonly<Record<Decision, string>> = {
  'keep-first': 'The others are left out of training',
  'keep-all': 'Kept as different images',
  'keep-together': 'No split will separate them',
};

/** Stacks shown at first, and more on demand. */
const STEP = 50;

interface PageQuery {
  readonly least: string;
  readonly count: string;
  readonly onlyConflicts?: '1';
}

/** Near duplicates as stacks, and contents that are filed under several classes. */
export class Duplicates {
  page: StackPage | null = $state.raw(null);
  conflicts: readonly FiledConflict[] | null = $state.raw(null);
  least: number = $state(USUAL_LIKENESS);
  onlyConflicts: boolean = $state(false);
  #shown = STEP;
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #readPage: (query: PageQuery) => Promise<StackPage | null>;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
    this.#readPage = latest((signal, query: PageQuery) =>
      read(api['near-duplicates'].$get({ query }, { init: { signal } })),
    );
  }

  forget(): void {
    this.page = null;
    this.conflicts = null;
    this.#shown = STEP;
  }

  /** Another threshold or kind of stack, from the first on. */
  show(change: { readonly least?: number; readonly onlyConflicts?: boolean }): void {
    this.least = change.least ?? this.least;
    this.onlyConflicts = change.onlyConflicts ?? this.onlyConflicts;
    this.#shown = STEP;
    void this.load();
  }

  showMore(): void {
    this.#shown += STEP;
    void this.load();
  }

  async load(): Promise<void> {
    const query = {
      least: String(this.least),
      count: String(Math.min(200, this.#shown)),
      ...(this.onlyConflicts ? { onlyConflicts: '1' as const } : {}),
    };
    await this.#notices.attempt('Reading the near duplicates', async () => {
      this.page = (await this.#readPage(query)) ?? this.page;
    });
  }

  async loadConflicts(): Promise<void> {
    await this.#notices.attempt('Reading the conflicts', async () => {
      this.conflicts = (await read(this.#api['filed-conflicts'].$get())).conflicts;
    });
  }

  /** Starts the search; it is a job like others. */
  async search(): Promise<void> {
    await this.#notices.attempt('Looking for near duplicates', () =>
      read(this.#api['near-duplicates'].search.$post()).then(() => undefined),
    );
  }

  /** Decides about one stack. @param first the image to keep first */
  async settle(stack: Stack, decision: Decision, first: number): Promise<void> {
    const ids = stack.images.map(({ imageId }) => imageId);
    const imageIds = [first, ...ids.filter((imageId) => imageId !== first)];
    await this.#decide(decision, () =>
      read(this.#api['near-duplicates'].settle.$post({ json: { decision, imageIds } })),
    );
  }

  /** Decides about every stack at the present threshold, or about those that a split parts. */
  async settleAll(decision: Decision, onlySplit = false): Promise<void> {
    await this.#decide(decision, () =>
      read(
        this.#api['near-duplicates']['settle-all'].$post({
          json: { decision, least: this.least, onlySplit },
        }),
      ),
    );
  }

  async #decide(
    decision: Decision,
    call: () => Promise<{ readonly stacks: readonly (readonly number[])[] }>,
  ): Promise<void> {
    await this.#notices.attempt('Deciding about near duplicates', async () => {
      const { stacks } = await call();
      await this.load();
      const what = stacks.length === 1 ? '' : `${formatCount(stacks.length)} stacks. `;
      this.#notices.tell(`${what}${DECIDED[decision]}`, '', {
        title: 'Undo',
        run: () => void this.#reopen(decision, stacks),
      });
    });
  }

  async #reopen(decision: Decision, stacks: readonly (readonly number[])[]): Promise<void> {
    await this.#notices.attempt('Taking it back', async () => {
      const json = { decision, stacks: stacks.map((stack) => [...stack]) };
      await read(this.#api['near-duplicates'].reopen.$post({ json }));
      await this.load();
    });
  }
}
