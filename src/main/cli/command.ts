import type { ParseArgsOptionsConfig } from 'node:util';
import type { Given } from './arguments.ts';
import type { Client } from './client.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  readonly given: Given;
  readonly output: Output;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** Starts the core on first use; it ends with the command. */
  readonly connect: () => Promise<Client>;
}

/** One command of `fovea`. */
export interface Command {
  readonly name: string;
  /** As in the help: `import FOLDER`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: ParseArgsOptionsConfig;
  /** One line per option. */
  readonly help: readonly string[];
  /** @returns the exit code. */
  readonly run: (context: CommandContext) => Promise<number>;
}
