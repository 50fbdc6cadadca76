import path from 'node:path';
import { hc } from 'hono/client';
import { FoveaError, fromProblem } from '../../shared/errors.ts';
import type { AppType } from '../core/api.ts';
import { startCore } from '../host/startCore.ts';
import { optionalText, UsageError, type Given } from './arguments.ts';

export type Api = ReturnType<typeof hc<AppType>>['api'];

/** A core of this command's own, reached as any client reaches one. */
export interface Client {
  readonly api: Api;
  /** For answers that are streams. */
  readonly fetch: typeof fetch;
  close(): Promise<void>;
}

/** Any base will do: the connection is the core's private socket. */
const BASE = 'http://core';

/** Starts a core for one command. @param who as a second opener of the library is told. */
export async function startClient(who: string): Promise<Client> {
  const core = await startCore({ env: { FOVEA_WHO: who }, restart: false });
  const client = hc<AppType>(BASE, { fetch: core.fetch });
  return {
    api: client.api,
    fetch: (input, init) => core.fetch(new URL(String(input), BASE), init),
    close: () => core.close(),
  };
}

/** The JSON of a good answer. @throws FoveaError with what the core said. */
export async function read<Body>(answer: Promise<{ ok: boolean; json(): Promise<Body> }>): Promise<Body> {
  const response = await answer;
  if (!response.ok) throw fromProblem(await response.json().catch(() => null));
  return response.json();
}

/** The full path of the library that was named by `--library` or `FOVEA_LIBRARY`. @throws UsageError */
export function libraryPath(given: Given): string {
  const named = optionalText(given, 'library') ?? process.env['FOVEA_LIBRARY'];
  if (named === undefined || named === '')
    throw new UsageError('--library is needed: the folder of the library.');
  return path.resolve(named);
}

/** Opens the named library in the command's core. @throws FoveaError, UsageError */
export async function openNamedLibrary(client: Client, given: Given, create = false): Promise<void> {
  await read(client.api.library.open.$post({ json: { path: libraryPath(given), create } }));
}

/** The model that `--model` names by id or name, else the newest. @throws FoveaError `not_found`. */
export async function chooseModel(client: Client, given: Given): Promise<string> {
  const { models } = await read(client.api.models.$get());
  const wanted = optionalText(given, 'model');
  const model =
    wanted === undefined ? models[0] : models.find((each) => each.modelId === wanted || each.name === wanted);
  if (model !== undefined) return model.modelId;
  throw wanted === undefined
    ? new FoveaError('not_found', 'This library has no model yet.', {
        todo: 'Train one: fovea train --library DIR.',
      })
    : new FoveaError('not_found', 'There is no such model in this library.', {
        subject: wanted,
        todo: 'List them: fovea models --library DIR.',
      });
}
