import { openEnsemble } from '../features/ensemble.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { IngestBatches } from './ingestBatches.ts';
import type { IngestSettings, ProcessRequest, ReadRequest } from './ingestProtocol.ts';

// The import's hot path: one pass over each file in one process that may be killed at any moment. It reads
// ahead while it computes, but decodes one picture at a time: all cores are busy with processes like this.

let batches: IngestBatches | undefined;

serveWorker({
  open: async (settings: IngestSettings) => {
    const extractor: FeatureExtractor | null =
      settings.graph === null ? null : await openEnsemble(settings.graph);
    batches = new IngestBatches(extractor, settings);
  },
  read: (request: ReadRequest) => requireBatches().read(request),
  process: (request: ProcessRequest, context: CallContext) => requireBatches().process(request, context),
});

function requireBatches(): IngestBatches {
  if (batches === undefined) throw new Error('The worker was not opened.');
  return batches;
}
