import type { FoveaError } from '../../shared/errors.ts';
import type {
  GroupSource,
  ImportPreview,
  LabelSourceSpec,
  TableColumns,
  TableSource,
} from '../../shared/importSpec.ts';
import { read, type Api } from '../api.ts';
import { asFoveaError } from '../errors/notices.svelte.ts';
import { latest } from '../state/latest.ts';

/** A table is used once its columns are known. */
function tableOf(file: string, columns: TableColumns | null): TableSource | null {
  return file === '' || columns === null ? null : { kind: 'csv', file, columns };
}

const TYPING_PAUSE_MS = 250;

/** What a reader says about a folder to be imported, with a preview that follows every change. */
export class ImportForm {
  folder: string = $state('');
  labels: LabelSourceSpec['kind'] = $state('folders');
  labelsFile: string = $state('');
  labelsColumns: TableColumns | null = $state.raw(null);
  groups: GroupSource['kind'] = $state('none');
  pattern: string = $state('');
  groupsFile: string = $state('');
  groupsColumns: TableColumns | null = $state.raw(null);
  /** Only these files and folders of the folder; null for all. */
  only: readonly string[] | null = $state.raw(null);
  /** Into the library that is open, or into a new one. */
  target: 'open' | 'new' = $state('new');
  /** Where a new library goes, once the reader has chosen. */
  #chosenLibrary: string | null = $state(null);
  preview: ImportPreview | null = $state.raw(null);
  failure: FoveaError | null = $state.raw(null);
  isReading: boolean = $state(false);
  readonly canImport = $derived(
    this.preview !== null &&
      this.preview.imageFiles > 0 &&
      this.labelSource !== null &&
      this.groupSource !== null,
  );
  readonly #readPreview: (folder: string, groups: GroupSource) => Promise<ImportPreview | null>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, target: 'open' | 'new') {
    this.target = target;
    this.#readPreview = latest(async (signal, folder: string, groups: GroupSource) =>
      read(
        api.import.preview.$post(
          { json: { folder, groups, ...(this.only === null ? {} : { only: [...this.only] }) } },
          { init: { signal } },
        ),
      ),
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
    return tableOf(this.labelsFile, this.labelsColumns);
  }

  get groupSource(): GroupSource | null {
    if (this.groups === 'csv') return tableOf(this.groupsFile, this.groupsColumns);
    if (this.groups === 'regex') return this.pattern === '' ? null : { kind: 'regex', pattern: this.pattern };
    return { kind: this.groups };
  }

  setFolder(folder: string, only: readonly string[] | null = null): void {
    if (folder === this.folder) return;
    this.folder = folder;
    // What was dropped belongs to the folder that it was dropped from.
    this.only = only;
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
