import type { ImageNote, TagRow } from '../../shared/images.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { TargetRequest } from '../gallery/targets.ts';
import { formatQuantity } from '../ui/formatNumbers.ts';

/** What a person notes about images beside their label: tags, notes, and what training leaves out. */
export class Curation {
  tags: readonly TagRow[] = $state.raw([]);
  readonly #api: Api;
  readonly #notices: Notices;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  async load(): Promise<void> {
    await this.#notices.attempt('Reading the tags', async () => {
      this.tags = (await read(this.#api.tags.$get())).tags;
    });
  }

  /** Puts a tag on images; a new name makes a new tag. @returns whether it is kept. */
  tag(target: TargetRequest, name: string): Promise<boolean> {
    return this.#notices.attempt('Tagging', async () => {
      const answer = await read(this.#api.tags.add.$post({ json: { ...target, name } }));
      this.tags = answer.tags;
    });
  }

  /** Takes a tag off images. */
  untag(target: TargetRequest, tagId: number): Promise<boolean> {
    return this.#notices.attempt('Taking the tag off', async () => {
      const answer = await read(this.#api.tags.remove.$post({ json: { ...target, tagId } }));
      this.tags = answer.tags;
    });
  }

  rename(tagId: number, name: string): Promise<boolean> {
    return this.#notices.attempt('Renaming the tag', async () => {
      const param = { tagId: String(tagId) };
      this.tags = (await read(this.#api.tags[':tagId'].$patch({ param, json: { name } }))).tags;
    });
  }

  /** Takes a tag off every image and forgets it. */
  forget(tagId: number): Promise<boolean> {
    return this.#notices.attempt('Deleting the tag', async () => {
      const param = { tagId: String(tagId) };
      this.tags = (await read(this.#api.tags[':tagId'].$delete({ param }))).tags;
    });
  }

  /** Keeps images out of training, or lets them in again; says how many changed. */
  exclude(target: TargetRequest, isExcluded: boolean): Promise<boolean> {
    return this.#notices.attempt('Changing what training uses', async () => {
      const json = { ...target, isExcluded };
      const { changed } = await read(this.#api.images.exclude.$post({ json }));
      this.#notices.tell(
        isExcluded
          ? `${formatQuantity(changed, 'image')} kept out of training`
          : `${formatQuantity(changed, 'image')} let into training again`,
        'Labels stay as they are.',
      );
    });
  }

  /** The note of an image. @throws FoveaError */
  async readNote(imageId: number): Promise<ImageNote | null> {
    const param = { imageId: String(imageId) };
    return (await read(this.#api.images[':imageId'].note.$get({ param }))).note;
  }

  /** Keeps the note of an image; an empty one takes it away. */
  writeNote(imageId: number, note: string): Promise<boolean> {
    return this.#notices.attempt('Keeping the note', async () => {
      const param = { imageId: String(imageId) };
      await read(this.#api.images[':imageId'].note.$put({ param, json: { note } }));
    });
  }
}
