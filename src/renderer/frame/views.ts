/** The views of an open library that have an address of their own. */
export const VIEWS: readonly { readonly path: string; readonly title: string }[] = [
  { path: '/images', title: 'Images' },
  { path: '/map', title: 'Map' },
  { path: '/review', title: 'Review, one image large' },
  { path: '/suggestions', title: 'What to label next' },
  { path: '/doubts', title: 'Doubted labels' },
  { path: '/duplicates', title: 'Duplicates' },
  { path: '/duplicates/filed', title: 'Filed under several classes' },
  { path: '/readings', title: 'Second readings' },
  { path: '/models', title: 'Models' },
  { path: '/paper', title: 'The paper’s comparison' },
  { path: '/doctor', title: 'What this computer can do' },
];
