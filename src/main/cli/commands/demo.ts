import path from 'node:path';
import type { ExportResult } from '../../../shared/exports.ts';
import type { ImportSummary } from '../../../shared/images.ts';
import type { ModelCard } from '../../../shared/training.ts';
import { optionalNumber, optionalText, refusePositionals } from '../arguments.ts';
import { read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatAccuracy, formatSeconds } from '../output.ts';

export const demo: Command = {
  name: 'demo',
  usage: 'demo --out DIR',
  summary: 'Draw sample images, import them, train, report and export: the whole way in one command.',
  options: { out: { type: 'string' }, seed: { type: 'string' } },
  help: ['--out DIR     (fovea-demo, here)', '--seed N      of the drawing (1)'],
  run: async (context) => {
    const { given, output } = context;
    refusePositionals(given);
    const out = path.resolve(optionalText(given, 'out') ?? 'fovea-demo');
    const started = performance.now();
    const client = await context.connect();
    const library = path.join(out, 'sample.fovea');

    output.message('Drawing and importing the sample images …');
    await read(client.api.library.open.$post({ json: { path: library, create: true } }));
    const drawn = await read(
      client.api.sample.$post({
        json: { folder: path.join(out, 'images'), seed: optionalNumber(given, 'seed') ?? 1 },
      }),
    );
    const imported = await followJob<ImportSummary>(client, drawn.jobId, context);

    output.message('Training …');
    const training = await read(client.api.training.$post({ json: {} }));
    const { modelId } = await followJob<{ modelId: string }>(client, training.jobId, context);
    const card = (await read(client.api.models[':modelId'].$get({ param: { modelId } }))) as ModelCard;

    output.message('Writing the report and the web page …');
    const reporting = await read(
      client.api.reports.$post({ json: { modelId, folder: path.join(out, 'report') } }),
    );
    const report = await followJob<{ folder: string; files: string[] }>(client, reporting.jobId, context);
    const exporting = await read(
      client.api.exports.$post({ json: { modelId, target: 'web', folder: path.join(out, 'web') } }),
    );
    const web = await followJob<ExportResult>(client, exporting.jobId, context);

    const seconds = (performance.now() - started) / 1000;
    output.result(
      {
        library,
        images: path.join(out, 'images'),
        imported: imported.imported,
        modelId,
        test: { accuracy: card.test.accuracy, interval: card.test.interval },
        report: path.join(report.folder, 'report.html'),
        web: web.folder,
        parity: web.parity,
        seconds,
      },
      [
        `${imported.imported} images drawn and imported; test accuracy ${formatAccuracy(card.test.accuracy, card.test.interval)}.`,
        `Library  ${library}`,
        `Images   ${path.join(out, 'images')}`,
        `Report   ${path.join(report.folder, 'report.html')}`,
        `Web page ${web.folder} (for any static web server)`,
        `${formatSeconds(seconds)} in all. Open the library: npm start, then choose it.`,
      ],
    );
    return 0;
  },
};
