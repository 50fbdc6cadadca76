import { FoveaError } from '../../../shared/errors.ts';
import { sayComparison } from '../../../shared/models.ts';
import type { ModelSummary } from '../../../shared/training.ts';
import { UsageError } from '../arguments.ts';
import { openNamedLibrary, read, type Client } from '../client.ts';
import type { Command, CommandContext } from '../command.ts';
import { formatAccuracy, formatPercent } from '../output.ts';

/** What one action does with the words that follow it. */
type Action = (client: Client, words: readonly string[], context: CommandContext) => Promise<void>;

const ACTIONS: Readonly<Record<string, { readonly words: number; readonly run: Action }>> = {
  list: { words: 0, run: list },
  rename: {
    words: 2,
    run: (client, [model, name], context) => edit(client, model!, { name: name! }, context),
  },
  note: { words: 2, run: (client, [model, note], context) => edit(client, model!, { note: note! }, context) },
  use: { words: 1, run: use },
  compare: { words: 2, run: compare },
  delete: { words: 1, run: remove },
  restore: { words: 1, run: restore },
  empty: { words: 0, run: empty },
};

export const models: Command = {
  name: 'models',
  usage: 'models [ACTION] --library DIR',
  summary: 'List the trained models, newest first; or rename, use, compare, delete them.',
  options: {},
  help: [
    'rename MODEL NAME   note MODEL TEXT    MODEL is an id or a name',
    'use MODEL           its predictions are shown; “use newest” goes back',
    'compare MODEL MODEL is the second better than the first, on images both were tested on?',
    'delete MODEL        restore MODEL      empty removes the deleted ones for good',
  ],
  run: async (context) => {
    const [name = 'list', ...words] = context.given.positionals;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined)
      throw new UsageError(`“${name}” is none of ${Object.keys(ACTIONS).join(', ')}.`);
    if (words.length !== action.words)
      throw new UsageError(`“models ${name}” takes ${action.words} more words, not ${words.length}.`);
    const client = await context.connect();
    await openNamedLibrary(client, context.given);
    await action.run(client, words, context);
    return 0;
  },
};

async function list(client: Client, _: readonly string[], { output }: CommandContext): Promise<void> {
  const answer = await read(client.api.models.$get());
  output.result(
    answer,
    answer.models.map(
      (model) =>
        `${model.modelId === answer.inUse ? '*' : ' '} ${model.modelId}  ${model.recipe} ${model.backbone}  ` +
        `${formatAccuracy(model.testAccuracy, model.testInterval)}  data ${model.fingerprint.slice(0, 8)}  ${model.name}`,
    ),
  );
}

async function edit(
  client: Client,
  wanted: string,
  change: { name?: string; note?: string },
  { output }: CommandContext,
): Promise<void> {
  const { modelId } = await findNamed(client, wanted);
  const { name } = await read(client.api.models[':modelId'].$patch({ param: { modelId }, json: change }));
  output.result({ modelId, name, ...change }, [`${modelId}  ${name}`]);
}

async function use(client: Client, [wanted]: readonly string[], { output }: CommandContext): Promise<void> {
  const modelId = wanted === 'newest' ? null : (await findNamed(client, wanted!)).modelId;
  const answer = await read(client.api.models['in-use'].$put({ json: { modelId } }));
  output.result(answer, [`In use: ${answer.inUse ?? 'none'}${answer.picked === null ? ', the newest' : ''}`]);
}

async function compare(client: Client, words: readonly string[], { output }: CommandContext): Promise<void> {
  const [first, second] = [await findNamed(client, words[0]!), await findNamed(client, words[1]!)];
  const query = { first: first.modelId, second: second.modelId };
  const answer = await read(client.api.models.comparison.$get({ query }));
  const { result } = answer;
  output.result({ ...answer, verdict: sayComparison(answer) }, [
    `“${second.name}” beside “${first.name}”: ${sayComparison(answer)}`,
    ...(result === null || answer.first.accuracy === null || answer.second.accuracy === null
      ? []
      : [
          `${answer.images} images in the test part of both: ${formatPercent(answer.first.accuracy)} and ${formatPercent(answer.second.accuracy)}`,
          `only the first right ${result.onlyFirst}, only the second ${result.onlySecond}; McNemar’s exact test p = ${result.mcnemar.toPrecision(2)}`,
        ]),
    ...answer.notes,
  ]);
}

async function remove(
  client: Client,
  [wanted]: readonly string[],
  { output }: CommandContext,
): Promise<void> {
  const { modelId, name } = await findNamed(client, wanted!);
  await read(client.api.models[':modelId'].$delete({ param: { modelId } }));
  output.result({ modelId }, [`Deleted “${name}”. Back with: fovea models restore ${modelId} --library DIR`]);
}

async function restore(
  client: Client,
  [modelId]: readonly string[],
  { output }: CommandContext,
): Promise<void> {
  await read(client.api.models[':modelId'].restore.$post({ param: { modelId: modelId! } }));
  output.result({ modelId }, [`${modelId} is back.`]);
}

async function empty(client: Client, _: readonly string[], { output }: CommandContext): Promise<void> {
  const answer = await read(client.api.models.empty.$post());
  output.result(answer, [`${answer.removed} deleted models were removed for good.`]);
}

/** @throws FoveaError `not_found`. */
async function findNamed(client: Client, wanted: string): Promise<ModelSummary> {
  const answer = await read(client.api.models.$get());
  const model = answer.models.find((each) => each.modelId === wanted || each.name === wanted);
  if (model !== undefined) return model;
  throw new FoveaError('not_found', 'There is no such model in this library.', {
    subject: wanted,
    todo: 'List them: fovea models --library DIR.',
  });
}
