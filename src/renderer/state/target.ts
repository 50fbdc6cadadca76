/** What an action is about: images by id, or all that match a filter as it stands in an address. */
export type Target =
  { readonly imageIds: readonly number[] } | { readonly query: Readonly<Record<string, string>> };

/** A target as the calls of the core take it. */
export function targetBody(
  target: Target,
): { imageIds: number[]; query?: never } | { query: never; imageIds?: never } {
  // A query is text on its way; the route's type tells what it becomes after.
  return 'imageIds' in target ? { imageIds: [...target.imageIds] } : { query: target.query as never };
}
