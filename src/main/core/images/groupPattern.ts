import vm from 'node:vm';
import { FoveaError } from '../../../shared/errors.ts';

/** Where in a path a group was found. */
export interface GroupMatch {
  readonly group: string;
  /** Character range of the captured text in the path. */
  readonly start: number;
  readonly end: number;
}

/** Longer than any name that a pattern should need; also bounds the work of a harmless-looking one. */
const MAX_PATTERN = 500;
const MAX_DIRECT_PATH = 512;

/** One path may cost a suspicious pattern this long. */
const LIMIT_MS = 50;

/**
 * A regular expression that finds the group (patient, slide) in a relative path: its first capture group, or
 * the whole match when it has none. Patterns that could take exponential time on some name run under a time
 * limit, so that no pattern can hang the core.
 */
export class GroupPattern {
  readonly #expression: RegExp;
  readonly #isTame: boolean;
  readonly #sandbox: { expression: RegExp; path: string };
  #context: vm.Context | undefined;

  /** Throws FoveaError `invalid` with the reason when the pattern is not a regular expression. */
  constructor(pattern: string) {
    if (pattern.length > MAX_PATTERN) {
      throw new FoveaError('invalid', `The expression is longer than ${MAX_PATTERN} characters.`);
    }
    this.#expression = compile(pattern);
    this.#isTame = isTame(this.#expression.source);
    this.#sandbox = { expression: this.#expression, path: '' };
  }

  /** null when nothing, or only empty text, is captured. Throws FoveaError `invalid` when it takes too long. */
  match(path: string): GroupMatch | null {
    const found =
      this.#isTame && path.length <= MAX_DIRECT_PATH ? this.#expression.exec(path) : this.#matchLimited(path);
    if (found === null) return null;
    const place = found.length > 1 ? 1 : 0;
    const group = found[place];
    const range = found.indices?.[place];
    if (group === undefined || group === '' || range === undefined) return null;
    return { group, start: range[0], end: range[1] };
  }

  #matchLimited(path: string): RegExpExecArray | null {
    this.#context ??= vm.createContext(this.#sandbox);
    this.#sandbox.path = path;
    try {
      return MATCH.runInContext(this.#context, { timeout: LIMIT_MS }) as RegExpExecArray | null;
    } catch (error) {
      throw new FoveaError('invalid', 'The expression takes too long on a file name.', {
        subject: path,
        todo: 'Avoid a repetition inside a repetition, such as (a+)+.',
        cause: error,
      });
    }
  }
}

const MATCH = new vm.Script('expression.exec(path)');

function compile(pattern: string): RegExp {
  // Python writes named groups with a P.
  const source = pattern.replaceAll('(?P<', '(?<');
  try {
    return new RegExp(source, 'du');
  } catch {
    // Strict mode refuses harmless escapes such as \_ that people bring from elsewhere.
  }
  try {
    return new RegExp(source, 'd');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
    throw new FoveaError('invalid', `This is not a regular expression: ${reason}.`, {
      subject: pattern,
      todo: 'An example: ^(P\\d+)_ takes P07 from P07_tile3.png.',
      cause: error,
    });
  }
}

/**
 * True when matching surely takes at most cubic time: at most two repetitions without a bound, none of them of
 * a group that itself repeats or chooses, no back references, nothing looked ahead or behind.
 */
function isTame(source: string): boolean {
  let unbounded = 0;
  /** For each open group: does it hold a repetition or a choice? */
  const groups: boolean[] = [];
  let justClosed = false;
  for (let at = 0; at < source.length; at++) {
    const wasComplex = justClosed;
    justClosed = false;
    const character = source[at]!;
    if (character === '\\') {
      if (/[1-9k]/.test(source[at + 1] ?? '')) return false;
      at++;
    } else if (character === '[') {
      while (++at < source.length && source[at] !== ']') if (source[at] === '\\') at++;
    } else if (character === '(') {
      if (/^\?(<?[=!])/.test(source.slice(at + 1, at + 4))) return false;
      groups.push(false);
    } else if (character === ')') {
      justClosed = groups.pop() ?? false;
      if (justClosed && groups.length > 0) groups[groups.length - 1] = true;
    } else if (character === '|' && groups.length > 0) {
      groups[groups.length - 1] = true;
    } else if (character === '*' || character === '+' || character === '{') {
      if (wasComplex) return false;
      unbounded++;
      if (groups.length > 0) groups[groups.length - 1] = true;
    } else if (character === '?' && source[at - 1] !== '(' && groups.length > 0) {
      groups[groups.length - 1] = true;
    }
  }
  return unbounded <= 2;
}
