/** What an action is about: images by id, or all that match a filter as it stands in an address, less some. */
export type Target =
  | { readonly imageIds: readonly number[] }
  | { readonly query: Readonly<Record<string, string>>; readonly exceptIds?: readonly number[] };

/** How the calls of the core name images. */
interface TargetBody {
  imageIds?: number[];
  query?: never;
  exceptIds?: number[];
}

/** A target as the calls of the core take it. */
export function targetBody(target: Target): TargetBody {
  if ('imageIds' in target) return { imageIds: [...target.imageIds] };
  // A query is text on its way; the route's type tells what it becomes after.
  return { query: target.query as never, exceptIds: [...(target.exceptIds ?? [])] };
}
