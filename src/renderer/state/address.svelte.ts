/**
 * Where the reader is: `#/images?class=3`. The address holds the view and its filter, so that Back works and
 * a reload restores them.
 */
export class Address {
  path: string = $state('/images');
  query: URLSearchParams = $state.raw(new URLSearchParams());
  readonly #window: Window;

  constructor(host: Window) {
    this.#window = host;
    this.#readHash();
  }

  /** Follows Back, Forward and edits of the address; returns its undo. */
  listen(): () => void {
    const follow = (): void => this.#readHash();
    this.#window.addEventListener('popstate', follow);
    this.#window.addEventListener('hashchange', follow);
    return () => {
      this.#window.removeEventListener('popstate', follow);
      this.#window.removeEventListener('hashchange', follow);
    };
  }

  go(path: string, query: URLSearchParams | Readonly<Record<string, string>> = {}): void {
    this.#window.history.pushState(null, '', toHash(path, new URLSearchParams(query)));
    this.#readHash();
  }

  /** The same without a new entry for Back, for refinements such as typing in the search field. */
  replace(path: string, query: URLSearchParams): void {
    this.#window.history.replaceState(null, '', toHash(path, query));
    this.#readHash();
  }

  /** The parts of the path: `/models/m1` → `['models', 'm1']`. */
  get parts(): readonly string[] {
    return this.path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  }

  #readHash(): void {
    const [path = '', query = ''] = this.#window.location.hash.replace(/^#/, '').split('?', 2);
    this.path = path === '' || path === '/' ? '/images' : path;
    this.query = new URLSearchParams(query);
  }
}

/** A link's target, for `href`. */
export function toHash(path: string, query: URLSearchParams = new URLSearchParams()): string {
  const text = query.toString();
  return text === '' ? `#${path}` : `#${path}?${text}`;
}
