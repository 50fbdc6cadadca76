import path from 'node:path';
import { ROOT } from './setup/locations.mjs';
import { reason, say } from './setup/progress.mjs';
import { runInNode } from './setup/runInNode.mjs';
import { setUp } from './setup/setUp.mjs';

try {
  await setUp(['tfjsNode', 'tfjsNodeGpu', 'backbones', 'kernels'], { retryAfterMs: 12 * 3_600_000 });
  process.exitCode = await runInNode(path.join(ROOT, 'tests', 'bench', 'main.ts'), process.argv.slice(2), {
    cwd: ROOT,
  });
} catch (error) {
  say(`The benchmark could not be set up: ${reason(error)}`);
  process.exitCode = 1;
}
