import { byId, formatPercent, make, makeName } from './elements.ts';
import type { ModelFacts } from './modelFacts.ts';
import type { ResultRow } from './resultsCsv.ts';

/** How many classes a card shows; the rest is in the table's file. */
const SHOWN_CLASSES = 3;

/** Shows classified pictures as cards and as table rows. */
export class ResultView {
  readonly #facts: ModelFacts;
  readonly #cards = byId('cards', HTMLUListElement);
  readonly #rows = byId('rows', HTMLTableSectionElement);
  readonly #urls: string[] = [];

  constructor(facts: ModelFacts) {
    this.#facts = facts;
  }

  add(row: ResultRow, thumbnail: Blob | null): void {
    this.#cards.append(this.#makeCard(row, thumbnail));
    this.#rows.append(this.#makeRow(row));
  }

  clear(): void {
    for (const url of this.#urls.splice(0)) URL.revokeObjectURL(url);
    this.#cards.replaceChildren();
    this.#rows.replaceChildren();
  }

  #makeCard(row: ResultRow, thumbnail: Blob | null): HTMLLIElement {
    const frame = make('div', 'frame');
    if (thumbnail !== null) {
      const image = make('img', '');
      image.src = URL.createObjectURL(thumbnail);
      image.alt = '';
      image.loading = 'lazy';
      this.#urls.push(image.src);
      frame.append(image);
    }
    const name = make('p', 'name', makeName(row.name));
    name.title = row.name;
    if (row.probabilities === null) {
      return make('li', 'card refused', frame, make('p', 'problem', row.sentence ?? ''), name);
    }
    return make('li', 'card', frame, this.#makeBars(row.probabilities), name);
  }

  #makeBars(probabilities: Float32Array): HTMLElement {
    const best = rank(probabilities).slice(0, SHOWN_CLASSES);
    return make(
      'ol',
      'bars',
      ...best.map((index) => {
        const meter = make('meter', '');
        meter.max = 1;
        meter.value = probabilities[index] ?? 0;
        meter.setAttribute('aria-hidden', 'true');
        const share = make('span', 'share', formatPercent(probabilities[index] ?? 0));
        return make('li', '', make('span', 'class', makeName(this.#nameOf(index))), share, meter);
      }),
    );
  }

  #makeRow(row: ResultRow): HTMLTableRowElement {
    const file = make('th', '', makeName(row.name));
    file.scope = 'row';
    if (row.probabilities === null) {
      const problem = make('td', 'problem', row.sentence ?? '');
      problem.colSpan = 2;
      return make('tr', 'refused', file, problem);
    }
    const best = rank(row.probabilities)[0] ?? 0;
    return make(
      'tr',
      '',
      file,
      make('td', '', makeName(this.#nameOf(best))),
      make('td', 'number', formatPercent(row.probabilities[best] ?? 0)),
    );
  }

  #nameOf(index: number): string {
    return this.#facts.classes[index]?.name ?? '';
  }
}

/** Class indices, most probable first. */
function rank(probabilities: Float32Array): number[] {
  return Array.from(probabilities.keys()).sort((a, b) => probabilities[b]! - probabilities[a]!);
}
