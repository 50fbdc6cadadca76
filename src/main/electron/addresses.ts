/** The one scheme of the window: the studio's pages and its API, and no network behind it. */
export const SCHEME = 'fovea';
export const ORIGIN = `${SCHEME}://app`;
export const START_PAGE = `${ORIGIN}/index.html`;

/** True for the page of the window itself, which may load itself again. */
export function isOwnPage(address: string): boolean {
  const [withoutHash] = address.split('#');
  return withoutHash === START_PAGE;
}

/** True for what the API shows as a document inside a frame (a report). */
export function isOwnDocument(address: string): boolean {
  return address.startsWith(`${ORIGIN}/api/`);
}
