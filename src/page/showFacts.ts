import { byId, formatPercent, make, makeName } from './elements.ts';
import type { ModelFacts } from './modelFacts.ts';

/** Fills the page with what the model's card says. */
export function showFacts(facts: ModelFacts): void {
  document.title = `${facts.name} · image classifier`;
  byId('name', HTMLHeadingElement).replaceChildren(makeName(facts.name));
  const { recipe } = facts;
  const [network, resolution] =
    'features' in recipe
      ? [recipe.features.backbone, recipe.features.resolution]
      : ['a network from scratch', recipe.resolution];
  const date = new Date(facts.createdAt).toISOString().slice(0, 10);
  byId('about', HTMLParagraphElement).textContent =
    `${facts.classes.length} classes · ${network}, ${resolution} × ${resolution} pixels · trained ${date}`;
  showFigures(facts.test);
  byId('classes', HTMLUListElement).replaceChildren(
    ...facts.classes.map((entry) => make('li', '', makeName(entry.name))),
  );
}

function showFigures(test: ModelFacts['test']): void {
  const lines: [string, string][] = [
    ['Accuracy', `${formatPercent(test.accuracy)} (${formatInterval(test.interval)})`],
    [
      'Balanced accuracy',
      `${formatPercent(test.balancedAccuracy)} (${formatInterval(test.balancedInterval)})`,
    ],
    ['Calibration error', test.ece.toFixed(3)],
  ];
  byId('figures', HTMLDListElement).replaceChildren(
    ...lines.flatMap(([name, value]) => [make('dt', '', name), make('dd', '', value)]),
  );
  const groups = test.intervalMethod === 'group-bootstrap' ? ` from ${test.units} groups` : '';
  byId('figures-note', HTMLParagraphElement).textContent =
    `On ${test.images} test images${groups} that were not used for training, with 95 % intervals. ` +
    'They hold for images of the same kind only.';
}

function formatInterval([low, high]: readonly [number, number]): string {
  return `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)}\u202F%`;
}
