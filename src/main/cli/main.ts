import { FoveaError, toProblem } from '../../shared/errors.ts';
import { readArguments, UsageError } from './arguments.ts';
import { startClient, type Client } from './client.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { JobFailed } from './followJob.ts';
import { Output } from './output.ts';

// Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled.

process.exitCode = await runCommandLine(process.argv.slice(2));
// Output to a pipe may still be on its way.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
// Child processes that are still closing must not keep a finished command waiting.
process.exit();

async function runCommandLine(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const isJson = argv.includes('--json');
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      process.stdout.write(`${describeAll()}\n`);
      return name === undefined ? 2 : 0;
    }
    return reportUsage(`There is no command “${name}”.`, describeAll(), isJson);
  }
  try {
    const given = readArguments(rest, command.options);
    if (given.values['help'] === true) {
      process.stdout.write(`${describe(command)}\n`);
      return 0;
    }
    return await runCommand(command, given, new Output(isJson));
  } catch (error) {
    if (error instanceof UsageError) return reportUsage(error.message, describe(command), isJson);
    throw error;
  }
}

async function runCommand(
  command: Command,
  given: ReturnType<typeof readArguments>,
  output: Output,
): Promise<number> {
  const controller = new AbortController();
  let firstSignalAt = 0;
  const onSignal = (): void => {
    // The second Ctrl+C does not wait for anything; a terminal may deliver the first one twice.
    if (controller.signal.aborted && performance.now() - firstSignalAt > 1000) process.exit(130);
    if (controller.signal.aborted) return;
    firstSignalAt = performance.now();
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  let client: Promise<Client> | null = null;
  try {
    return await command.run({
      given,
      output,
      signal: controller.signal,
      connect: () => (client ??= startClient(`the command fovea ${command.name}`)),
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return reportFailure(error, output);
  } finally {
    await (client as Promise<Client> | null)?.then((each) => each.close()).catch(() => undefined);
  }
}

function reportFailure(error: unknown, output: Output): number {
  output.clearBar();
  const known =
    error instanceof FoveaError
      ? error
      : new FoveaError('internal', error instanceof Error ? (error.stack ?? error.message) : String(error));
  const { subject, message, todo, code } = known;
  if (output.isJson) {
    const partial = error instanceof JobFailed && error.result !== null ? error.result : {};
    const { detail } = toProblem(known);
    const described = { code, message: detail, subject: subject ?? null, todo: todo ?? null };
    process.stdout.write(`${JSON.stringify({ ...partial, error: described })}\n`);
  }
  process.stderr.write(
    `${subject === undefined ? '' : `${subject}: `}${message}${todo === undefined ? '' : ` ${todo}`} [${code}]\n`,
  );
  return code === 'cancelled' ? 130 : 1;
}

function reportUsage(message: string, help: string, isJson: boolean): number {
  if (isJson) {
    const error = { code: 'invalid', message, subject: null, todo: 'See the help: fovea help.' };
    process.stdout.write(`${JSON.stringify({ error })}\n`);
  }
  process.stderr.write(`${message}\n\n${help}\n`);
  return 2;
}

function describe(command: Command): string {
  return [`fovea ${command.usage}`, `  ${command.summary}`, ...command.help.map((line) => `  ${line}`)].join(
    '\n',
  );
}

function describeAll(): string {
  const width = Math.max(...COMMANDS.map((command) => command.usage.length));
  return [
    'Fovea Studio, from the command line. Nothing leaves this machine.',
    '',
    ...COMMANDS.map((command) => `  fovea ${command.usage.padEnd(width)}  ${command.summary}`),
    '',
    'Every command takes --json (one JSON object on standard output) and --help.',
    '--library DIR, or FOVEA_LIBRARY, names the library. Without --model the newest model is meant.',
  ].join('\n');
}
