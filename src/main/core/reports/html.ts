/** Markup that was built by `html` and may stand in a page as it is. Nothing outside this file can make one. */
class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type SafeHtml = Markup;

/** What may stand in a hole of the template; text is escaped, false, null and undefined leave nothing. */
export type Hole = SafeHtml | string | number | false | null | undefined | readonly Hole[];

const ENTITY: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Control characters that HTML forbids or a terminal would obey; tab and line feed are harmless. */
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(CONTROL, '\uFFFD')
    .replace(/[&<>"'`]/g, (character) => ENTITY[character] ?? '');
}

function fill(hole: Hole): string {
  if (hole instanceof Markup) return hole.toString();
  if (Array.isArray(hole)) return (hole as readonly Hole[]).map(fill).join('');
  if (typeof hole === 'string') return escapeText(hole);
  if (typeof hole === 'number') return String(hole);
  return '';
}

/**
 * The only way to make markup: text in holes is escaped for element content and for quoted attribute values
 * (so attributes are always written with double quotes).
 */
export function html(strings: TemplateStringsArray, ...holes: readonly Hole[]): SafeHtml {
  let text = strings[0] ?? '';
  holes.forEach((hole, index) => {
    text += fill(hole) + (strings[index + 1] ?? '');
  });
  return new Markup(text);
}

/** A name from outside, kept from turning the text around it (right-to-left overrides). */
export function showName(name: string): SafeHtml {
  return html`<bdi>${name}</bdi>`;
}

/** A style sheet of our own as a `style` element; refuses text that could end the element. */
export function inlineStyle(css: string): SafeHtml {
  if (css.includes('<')) throw new TypeError('A style sheet must not contain markup.');
  return new Markup(`<style>${css}</style>`);
}
