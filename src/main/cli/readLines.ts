import { FoveaError } from '../../shared/errors.ts';

/** The lines of a streamed answer. @throws FoveaError `cancelled` when the signal is aborted. */
export async function* readLines(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (response.body === null) return;
  let rest = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines.filter((line) => line !== '');
    }
  } catch (error) {
    if (signal.aborted) throw new FoveaError('cancelled', 'Cancelled.');
    throw error;
  }
  if (rest !== '') yield rest;
}
