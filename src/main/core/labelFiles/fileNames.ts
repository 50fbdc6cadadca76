import path from 'node:path';

/** What Windows keeps for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;
const FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f\u007f]/g;
/** Most file systems take 255 bytes. */
const MAX_BYTES = 200;

/**
 * A name that every file system takes: without the characters and endings that Windows refuses, not the name of a
 * device, at most 200 bytes of UTF-8 with its extension kept, never empty.
 */
export function safeFileName(name: string): string {
  const clean = name
    .toWellFormed()
    .normalize('NFC')
    .replace(FORBIDDEN, '_')
    .replace(/[. ]+$/, '')
    .trimStart();
  const named = clean === '' ? '_' : clean.replace(DEVICE, '_$&');
  const extension = path.extname(named).slice(0, 16);
  return `${shorten(path.basename(named, extension), MAX_BYTES - Buffer.byteLength(extension))}${extension}`;
}

/** Gives out names inside one folder, each once without regard to case: `a.png`, `a (2).png`, … */
export class FreeNames {
  readonly #taken = new Set<string>();
  /** The last number given to a name, so that many of one name do not count up from two each time. */
  readonly #last = new Map<string, number>();

  take(wanted: string): string {
    const safe = safeFileName(wanted);
    const extension = path.extname(safe);
    const stem = path.basename(safe, extension);
    let number = this.#last.get(fold(safe)) ?? 1;
    let name = number === 1 ? safe : `${stem} (${number})${extension}`;
    while (this.#taken.has(fold(name))) name = `${stem} (${++number})${extension}`;
    this.#last.set(fold(safe), number);
    this.#taken.add(fold(name));
    return name;
  }
}

const fold = (name: string): string => name.normalize('NFC').toLowerCase();

/** Cuts between characters, never inside one. */
function shorten(text: string, bytes: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}
