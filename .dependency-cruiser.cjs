/** Imports go one way: shared <- core <- {host} <- {electron, web, cli}; shared <- renderer. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-knows-nobody',
      severity: 'error',
      from: { path: '^src/shared' },
      to: { path: '^src/(main|preload|renderer|page)' },
    },
    {
      name: 'shared-is-pure',
      severity: 'error',
      from: { path: '^src/shared' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'math-knows-nothing',
      severity: 'error',
      from: { path: '^src/main/core/math' },
      to: { path: '^src/', pathNot: '^src/main/core/math' },
    },
    {
      name: 'core-knows-no-host',
      severity: 'error',
      from: { path: '^src/main/core' },
      to: { path: '^src/(main/(electron|web|cli|host)|preload|renderer|page)' },
    },
    {
      name: 'host-knows-no-shell',
      severity: 'error',
      from: { path: '^src/main/host' },
      to: { path: '^src/(main/(electron|web|cli)|preload|renderer|page)' },
    },
    {
      name: 'renderer-through-api-only',
      severity: 'error',
      from: { path: '^src/(renderer|page)' },
      to: { path: '^src/(main|preload)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-the-shell-imports-electron',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(main/electron|preload)' },
      to: { path: 'node_modules/electron/' },
    },
    {
      name: 'nothing-imports-the-shell',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/main/electron' },
      to: { path: '^src/main/electron' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // AssemblyScript: its own compiler checks it.
    exclude: { path: '^src/main/core/map/wasm' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte', '.js', '.mjs', '.json'],
      conditionNames: ['import', 'node', 'default', 'types', 'svelte'],
    },
  },
};
