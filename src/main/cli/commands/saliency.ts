import path from 'node:path';
import { writeFileAtomic } from '../../core/files/writeAtomic.ts';
import { FoveaError, fromProblem } from '../../../shared/errors.ts';
import { SALIENCY_METHODS } from '../../../shared/saliency.ts';
import {
  optionalChoice,
  optionalNumber,
  optionalText,
  refusePositionals,
  requireText,
  UsageError,
} from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';

export const saliency: Command = {
  name: 'saliency',
  usage: 'saliency --library DIR --image ID --out FILE.png',
  summary: 'Write a picture of the places of an image that mattered to a model, to lay over it.',
  options: {
    image: { type: 'string' },
    out: { type: 'string' },
    model: { type: 'string' },
    class: { type: 'string' },
    method: { type: 'string' },
    control: { type: 'boolean' },
  },
  help: [
    '--image ID     as “fovea images” lists it      --model ID  (the one in use)',
    '--class NAME   (what the model says)           --method class-map|gradient  (class-map)',
    '--control      of a head that has learnt nothing: a map that looks the same proves nothing',
  ],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const imageId = optionalNumber(given, 'image');
    if (imageId === undefined) throw new UsageError('--image is needed: the id of an image.');
    const out = path.resolve(requireText(given, 'out'));
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const param = { imageId: String(imageId) };
    const wanted = optionalText(given, 'model');
    const query = wanted === undefined ? {} : { modelId: wanted };
    const offer = await read(client.api.images[':imageId'].saliency.$get({ param, query }));
    const name = optionalText(given, 'class');
    const chosen =
      name === undefined
        ? offer.classes[0]
        : offer.classes.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (chosen === undefined) {
      throw new FoveaError('not_found', 'The model does not know this class.', { subject: name ?? '' });
    }
    const method = optionalChoice(given, 'method', SALIENCY_METHODS) ?? 'class-map';
    const answer = await client.api.images[':imageId'].saliency.picture.$get({
      param,
      query: {
        ...{ modelId: offer.modelId, classId: String(chosen.classId), method },
        ...(given.values['control'] === true ? { control: '1' as const } : {}),
      },
    });
    if (!answer.ok) throw fromProblem(await answer.json().catch(() => null));
    await writeFileAtomic(out, new Uint8Array(await answer.arrayBuffer()));
    const { modelId } = offer;
    context.output.result({ imageId, modelId, class: chosen.name, method, file: out }, [out]);
    return 0;
  },
};
