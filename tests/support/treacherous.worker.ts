import { openExtractor } from '../../src/main/core/features/extractor.ts';
import { IngestBatches } from '../../src/main/core/images/ingestBatches.ts';
import type {
  IngestSettings,
  ProcessRequest,
  ReadRequest,
} from '../../src/main/core/images/ingestProtocol.ts';
import { serveWorker, type CallContext } from '../../src/main/core/workers/serveWorker.ts';

// The import's worker with a native decoder's worst habits: it dies over files called `crash`, never comes
// back from those called `hang`.

let batches: IngestBatches | undefined;
const names = new Map<number, string>();

serveWorker({
  open: async (settings: IngestSettings) => {
    const extractor = settings.graph === null ? null : await openExtractor(settings.graph);
    batches = new IngestBatches(extractor, settings);
  },
  read: (request: ReadRequest) => {
    names.set(request.batchId, request.files.map((file) => file.path).join('/'));
    return batches!.read(request);
  },
  process: async (request: ProcessRequest, context: CallContext) => {
    const paths = names.get(request.batchId) ?? '';
    if (paths.includes('crash')) process.kill(process.pid, 'SIGSEGV');
    while (paths.includes('hang'));
    return batches!.process(request, context);
  },
});
