import { hc, type ClientResponse } from 'hono/client';
import type { AppType } from '../main/core/api.ts';
import { FoveaError, fromProblem } from '../shared/errors.ts';

/** The one typed client: every call that the core answers, and nothing else. */
export type Api = ReturnType<typeof createApi>;

/** @param origin where this page came from; the host adds the token, the browser its cookie. */
export function createApi(origin: string) {
  return hc<AppType>(origin).api;
}

/** JSON knows no `undefined`: an optional property is there or it is not. */
type FromJson<T> = T extends object ? { [K in keyof T]: FromJson<Exclude<T[K], undefined>> } : T;

/** What a call answers when it succeeds; the validators' own 400 never comes, as routes answer with problems. */
type Answer<R> =
  R extends ClientResponse<infer T, infer Status, string>
    ? Status extends 400
      ? never
      : FromJson<T>
    : never;

/**
 * Waits for an answer and unwraps it.
 * @throws FoveaError the core's own, or `disconnected` when nothing answered.
 * @throws DOMException `AbortError` when the caller gave up.
 */
export async function read<R extends ClientResponse<unknown>>(answer: Promise<R>): Promise<Answer<R>> {
  const response = await reach(answer);
  return (await response.json()) as Answer<R>;
}

/** The same for an answer made of bytes, such as the ids of a view. */
export async function readBytes(answer: Promise<ClientResponse<unknown>>): Promise<ArrayBuffer> {
  return (await reach(answer)).arrayBuffer();
}

async function reach<R extends { readonly ok: boolean; json(): Promise<unknown> }>(
  answer: Promise<R>,
): Promise<R> {
  const response = await answer.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new FoveaError('disconnected', 'The studio’s core did not answer.', {
      todo: 'It is restarted by itself; try again in a moment.',
      cause: error,
    });
  });
  if (!response.ok) throw fromProblem(await response.json().catch(() => null));
  return response;
}

/** Address of a thumbnail; the content hash makes it cacheable for ever. */
export function thumbnailUrl(sha256: string): string {
  return `/api/thumbnails/${sha256}`;
}

/** Address of a picture twice as large, for tiles that a thumbnail would leave soft. */
export function largeThumbnailUrl(sha256: string): string {
  return `/api/thumbnails/${sha256}/large`;
}

/** Address of the whole picture as the browser can show it. */
export function pictureUrl(imageId: number): string {
  return `/api/images/${imageId}/picture`;
}

/** Address of a map of what mattered to a model, to lay over the picture. */
export function saliencyUrl(
  imageId: number,
  question: {
    readonly modelId: string;
    readonly classId: number;
    readonly method: string;
    readonly isControl: boolean;
  },
): string {
  const query = new URLSearchParams({
    modelId: question.modelId,
    classId: String(question.classId),
    method: question.method,
    ...(question.isControl ? { control: '1' } : {}),
  });
  return `/api/images/${imageId}/saliency/picture?${query.toString()}`;
}
