import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

/**
 * Bundles the shell, its preload and the pages. The core is not bundled: plain Node runs its sources.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      lib: { entry: 'src/main/electron/index.ts', formats: ['es'], fileName: () => 'index.js' },
      // Electron 33, the oldest that is used, carries Node 20.
      target: 'node20',
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload is one CommonJS file.
      lib: { entry: 'src/preload/index.ts', formats: ['cjs'], fileName: () => 'index.cjs' },
      target: 'node20',
    },
  },
  renderer: {
    root: 'src/renderer',
    base: './',
    plugins: [svelte({ configFile: '../../svelte.config.js' })],
    build: {
      outDir: 'out/renderer',
      target: 'chrome130',
      // The page policy lets fonts come from files only, not from data addresses.
      assetsInlineLimit: 0,
      rollupOptions: { input: 'src/renderer/index.html' },
    },
  },
});
