#!/usr/bin/env node
import path from 'node:path';
import { ROOT } from './setup/locations.mjs';
import { reason, say } from './setup/progress.mjs';
import { callersFolder, runInNode } from './setup/runInNode.mjs';
import { setUp } from './setup/setUp.mjs';

/** Commands that serve or hand out built pages. */
const NEEDS_BUILD = ['serve', 'export', 'demo'];
const HALF_A_DAY = 12 * 3_600_000;

const args = process.argv.slice(2);
try {
  /** @type {import('./setup/setUp.mjs').StepName[]} */
  const parts = ['tfjsNode', 'tfjsNodeGpu', 'backbones', 'kernels'];
  const needsBuild = NEEDS_BUILD.includes(args[0] ?? '');
  await setUp(needsBuild ? [...parts, 'build'] : parts, { retryAfterMs: HALF_A_DAY });
  const cli = path.join(ROOT, 'src', 'main', 'cli', 'main.ts');
  process.exitCode = await runInNode(cli, args, { cwd: callersFolder('fovea') });
} catch (error) {
  say(`The command could not be set up: ${reason(error)}`);
  process.exitCode = 1;
}
