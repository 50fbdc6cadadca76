/** The part of the address that says where the reader is: `#/images?class=3`. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const START = '/images';

export function parseHash(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  return { path: path === '' || path === '/' ? START : path, query: new URLSearchParams(query) };
}

/** A link's target, for `href` and the history. */
export function toHash({ path, query }: Place): string {
  const text = query.toString();
  return text === '' ? `#${path}` : `#${path}?${text}`;
}

export function toPlace(path: string, query: Readonly<Record<string, string>>): Place {
  return { path, query: new URLSearchParams(query) };
}
