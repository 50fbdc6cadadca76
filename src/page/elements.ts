/** The element of index.html with this id. Throws when page and script do not belong together. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`The page has no ${id}.`);
  return element;
}

/** Makes an element with text or children; text is never read as markup. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** A name from outside, kept from turning the text around it (right-to-left overrides). */
export function makeName(name: string): HTMLElement {
  return make('bdi', '', name);
}

/** 0.8861 → "88.6 %". */
export function formatPercent(value: number): string {
  return `${(value * 100).toFixed(1)}\u202F%`;
}
