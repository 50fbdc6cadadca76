import { createRequire } from 'node:module';
import type * as OnnxRuntime from 'onnxruntime-node';

// The library reports its use to its maker and keeps a device id in the person's cache folder, unless this is
// set before it is loaded; so it is loaded here and nowhere else.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

/** The neural network engine, kept from reporting: nothing leaves the machine. */
export const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof OnnxRuntime;
