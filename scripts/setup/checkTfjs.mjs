/** Run by Node 24: `node checkTfjs.mjs PACKAGE_FOLDER`; answers `ok cpu` or `ok gpu`, or fails with the reason. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { checkKnownAnswers } from '../../src/main/core/training/engines.ts';
import { installNodeShims } from '../../src/main/core/workers/nodeShims.ts';

const folder = path.resolve(process.argv[2] ?? '');
installNodeShims();
const tf = createRequire(import.meta.url)(folder);
await tf.ready();
checkKnownAnswers(tf);
process.stdout.write(`ok ${tf.backend().isUsingGpuDevice === true ? 'gpu' : 'cpu'}\n`);
