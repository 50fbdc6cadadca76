import { parseHash, toHash, toPlace, type Place } from './hash.ts';

/**
 * Where the reader is. The address holds the view and its filter, so that Back works and a reload restores
 * them.
 */
export class Address {
  #place: Place = $state.raw(parseHash(''));
  readonly #window: Window;

  constructor(host: Window) {
    this.#window = host;
    this.#read();
  }

  get path(): string {
    return this.#place.path;
  }

  get query(): URLSearchParams {
    return this.#place.query;
  }

  /** The parts of the path: `/models/m1` → `['models', 'm1']`. */
  get parts(): readonly string[] {
    return this.path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  }

  /** Follows Back, Forward and edits of the address; returns its undo. */
  listen(): () => void {
    const follow = (): void => this.#read();
    this.#window.addEventListener('popstate', follow);
    this.#window.addEventListener('hashchange', follow);
    return () => {
      this.#window.removeEventListener('popstate', follow);
      this.#window.removeEventListener('hashchange', follow);
    };
  }

  go(path: string, query: URLSearchParams | Readonly<Record<string, string>> = {}): void {
    const place = query instanceof URLSearchParams ? { path, query } : toPlace(path, query);
    this.#window.history.pushState(null, '', toHash(place));
    this.#read();
  }

  /** The same without a new entry for Back, for refinements such as typing in the search field. */
  replace(path: string, query: URLSearchParams): void {
    this.#window.history.replaceState(null, '', toHash({ path, query }));
    this.#read();
  }

  #read(): void {
    this.#place = parseHash(this.#window.location.hash);
  }
}
