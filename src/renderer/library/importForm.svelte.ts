import type { FoveaError } from '../../shared/errors.ts';
import type { GroupSource, ImportPreview, LabelSourceSpec } from '../../shared/importSpec.ts';
import { read, type Api } from '../api.ts';
import { asFoveaError } from '../errors/notices.svelte.ts';
import { latest } from '../state/latest.ts';

const TYPING_PAUSE_MS = 250;

/** What a reader says about a folder to be imported, with a preview that follows every change. */
export class ImportForm {
  folder: string = $state('');
  labels: LabelSourceSpec['kind'] = $state('folders');
  labelsFile: string = $state('');
  groups: GroupSource['kind'] = $state('none');
  pattern: string = $state('');
  groupsFile: string = $state('');
  /** Into the library that is open, or into a new one. */
  target: 'open' | 'new' = $state('new');
  /** Where a new library goes, once the reader has chosen. */
  #chosenLibrary: string | null = $state(null);
  preview: ImportPreview | null = $state.raw(null);
  failure: FoveaError | null = $state.raw(null);
  isReading: boolean = $state(false);
  readonly canImport = $derived(
    this.preview !== null && this.labelSource !== null && this.groupSource !== null,
  );
  readonly #readPreview: (folder: string, groups: GroupSource) => Promise<ImportPreview | null>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, target: 'open' | 'new') {
    this.target = target;
    this.#readPreview = latest(async (signal, folder: string, groups: GroupSource) =>
      read(api.import.preview.$post({ json: { folder, groups } }, { init: { signal } })),
    );
  }

  /** Where a new library goes: beside the folder of images, unless chosen otherwise. */
  get library(): string {
    if (this.#chosenLibrary !== null) return this.#chosenLibrary;
    return this.folder === '' ? '' : `${this.folder.replace(/[\\/]+$/, '')}.fovea`;
  }

  set library(path: string) {
    this.#chosenLibrary = path === '' ? null : path;
  }

  get labelSource(): LabelSourceSpec | null {
    if (this.labels !== 'csv') return { kind: this.labels };
    return this.labelsFile === '' ? null : { kind: 'csv', file: this.labelsFile };
  }

  get groupSource(): GroupSource | null {
    if (this.groups === 'csv') return this.groupsFile === '' ? null : { kind: 'csv', file: this.groupsFile };
    if (this.groups === 'regex') return this.pattern === '' ? null : { kind: 'regex', pattern: this.pattern };
    return { kind: this.groups };
  }

  setFolder(folder: string): void {
    if (folder === this.folder) return;
    this.folder = folder;
    this.preview = null;
    void this.readPreview();
  }

  /** While something is typed: reads once the typing pauses. */
  readSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.readPreview(), TYPING_PAUSE_MS);
  }

  async readPreview(): Promise<void> {
    if (this.folder === '') return;
    this.isReading = true;
    try {
      const preview = await this.#readPreview(this.folder, this.groupSource ?? { kind: 'none' });
      if (preview === null) return;
      this.preview = preview;
      this.failure = null;
      // A folder without folders has no classes to offer.
      if (preview.classes.length === 0 && this.labels === 'folders') this.labels = 'none';
    } catch (error) {
      this.failure = asFoveaError(error);
    }
    this.isReading = false;
  }
}
