import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Read by the build, svelte-check and the editor alike. */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
};
