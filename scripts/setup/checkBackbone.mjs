/** Run by Node 24: `node checkBackbone.mjs FOLDER NAME WIDTH`; fails with the reason when the known answers differ. */
import { checkBackbone } from '../../src/main/core/features/checkBackbone.ts';

const [folder = '', name, width] = process.argv.slice(2);
if (name !== 'mobilenet_v1' && name !== 'mobilenet_v2') throw new Error(`There is no backbone ${name}.`);
const { difference } = await checkBackbone(folder, name, Number(width));
process.stdout.write(`${difference}\n`);
process.exit(0);
