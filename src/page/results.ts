import type { ClassifierClient } from './classifierClient.ts';
import type { NamedFile } from './collectFiles.ts';
import { byId } from './elements.ts';
import { wireIntake } from './intake.ts';
import type { ModelFacts } from './modelFacts.ts';
import { writeResultsCsv } from './resultsCsv.ts';
import type { ResultRow } from './resultsCsv.ts';
import { ResultView } from './resultView.ts';

/** Opens the page for pictures: takes them in, classifies them one after another, shows and saves the answers. */
export function wireResults(classifier: ClassifierClient, facts: ModelFacts): void {
  const view = new ResultView(facts);
  const section = byId('results', HTMLElement);
  const progress = byId('progress', HTMLParagraphElement);
  const download = byId('download', HTMLButtonElement);
  const rows: ResultRow[] = [];
  let asked = 0;
  /** Raised by "Clear": answers to what was asked before belong to nobody. */
  let round = 0;

  const showSection = (shown: boolean): void => {
    section.hidden = !shown;
    document.body.classList.toggle('has-results', shown);
  };
  const showProgress = (): void => {
    const refused = rows.filter((row) => row.probabilities === null).length;
    const refusals = refused === 0 ? '' : `, ${refused} not readable`;
    progress.textContent =
      rows.length < asked
        ? `${rows.length} of ${asked} …`
        : `${rows.length} ${rows.length === 1 ? 'picture' : 'pictures'}${refusals}`;
    section.dataset['done'] = String(rows.length);
    download.disabled = rows.length === 0;
  };
  const classifyOne = async ({ name, file }: NamedFile, mine: number): Promise<void> => {
    let row: ResultRow;
    let thumbnail: Blob | null = null;
    try {
      const result = await classifier.classify(file, true);
      row = { name, probabilities: result.probabilities, sentence: null };
      thumbnail = result.thumbnail;
    } catch (error) {
      row = { name, probabilities: null, sentence: error instanceof Error ? error.message : String(error) };
    }
    if (mine !== round) return;
    rows.push(row);
    view.add(row, thumbnail);
    showProgress();
  };
  const take = async (files: NamedFile[]): Promise<void> => {
    const mine = round;
    asked += files.length;
    showSection(asked > 0);
    showProgress();
    for (const file of files) {
      if (mine !== round) return;
      await classifyOne(file, mine);
    }
  };
  wireIntake((files) => void take(files));
  wireSwitch();
  download.addEventListener('click', () => {
    save(
      'predictions.csv',
      writeResultsCsv(
        rows,
        facts.classes.map((entry) => entry.name),
      ),
    );
  });
  byId('clear', HTMLButtonElement).addEventListener('click', () => {
    round += 1;
    asked = 0;
    rows.length = 0;
    view.clear();
    showSection(false);
    byId('choose-files', HTMLButtonElement).focus();
  });
}

/** Pictures or table: two buttons of which one is pressed. */
function wireSwitch(): void {
  const pictures = byId('show-pictures', HTMLButtonElement);
  const table = byId('show-table', HTMLButtonElement);
  const show = (asTable: boolean): void => {
    byId('cards', HTMLUListElement).hidden = asTable;
    byId('table-box', HTMLDivElement).hidden = !asTable;
    pictures.setAttribute('aria-pressed', String(!asTable));
    table.setAttribute('aria-pressed', String(asTable));
  };
  pictures.addEventListener('click', () => show(false));
  table.addEventListener('click', () => show(true));
}

function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
