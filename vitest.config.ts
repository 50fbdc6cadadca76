import { defineConfig } from 'vitest/config';

/** Suites by what they need: `core` runs anywhere, `browser` drives Chromium, `desktop` the Electron window. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A busy machine may take seconds over what a quiet one shows at once.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'core', include: ['tests/{unit,core,api,cli,hosts}/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'browser', include: ['tests/browser/**/*.test.ts'], fileParallelism: false },
      },
      {
        extends: true,
        test: { name: 'desktop', include: ['tests/desktop/**/*.test.ts'], fileParallelism: false },
      },
    ],
  },
});
