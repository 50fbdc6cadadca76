import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** The command line was not understood; ends with exit code 2 and the command's help. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** What a person typed, after the command's name. */
export interface Given {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

/** Options that every command takes. */
const COMMON: ParseArgsOptionsConfig = {
  json: { type: 'boolean', default: false },
  library: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

/** Reads arguments strictly: an unknown option is a mistake, never ignored. @throws UsageError */
export function readArguments(argv: readonly string[], options: ParseArgsOptionsConfig): Given {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { ...COMMON, ...options },
      allowPositionals: true,
      strict: true,
    });
    return { positionals, values: values as Given['values'] };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

export function optionalText(given: Given, name: string): string | undefined {
  const value = given.values[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws UsageError when it is not a number. */
export function optionalNumber(given: Given, name: string): number | undefined {
  const text = optionalText(given, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`--${name} takes a number, not “${text}”.`);
  return value;
}

/** @throws UsageError when the value is none of the choices. */
export function optionalChoice<Choice extends string>(
  given: Given,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = optionalText(given, name);
  if (text === undefined) return undefined;
  const choice = choices.find((each) => each === text);
  if (choice === undefined)
    throw new UsageError(`--${name} takes one of ${choices.join(', ')}, not “${text}”.`);
  return choice;
}

export function requireText(given: Given, name: string): string {
  const text = optionalText(given, name);
  if (text === undefined) throw new UsageError(`--${name} is needed.`);
  return text;
}

/** @throws UsageError unless there is exactly one. */
export function requirePositional(given: Given, what: string): string {
  const [first, ...others] = given.positionals;
  if (first === undefined) throw new UsageError(`Name the ${what}.`);
  if (others.length > 0) throw new UsageError(`Name one ${what}, not ${given.positionals.length}.`);
  return first;
}

export function refusePositionals(given: Given): void {
  if (given.positionals.length > 0) throw new UsageError(`“${given.positionals[0]}” was not expected.`);
}
