import { collectChosen, collectDropped } from './collectFiles.ts';
import type { NamedFile } from './collectFiles.ts';
import { byId } from './elements.ts';

/** Wires dropping anywhere on the page and the two buttons; each hands its files on. */
export function wireIntake(take: (files: NamedFile[]) => void): void {
  wireChooser('choose-files', 'files', take);
  wireChooser('choose-folder', 'folder', take);
  let depth = 0;
  const mark = (change: number): void => {
    depth = Math.max(0, depth + change);
    document.body.classList.toggle('dragging', depth > 0);
  };
  document.addEventListener('dragenter', () => mark(1));
  document.addEventListener('dragleave', () => mark(-1));
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(-Infinity);
    if (event.dataTransfer !== null) void collectDropped(event.dataTransfer).then(take);
  });
}

function wireChooser(buttonId: string, inputId: string, take: (files: NamedFile[]) => void): void {
  const button = byId(buttonId, HTMLButtonElement);
  const input = byId(inputId, HTMLInputElement);
  button.disabled = false;
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    if (input.files !== null) take(collectChosen(input.files));
    input.value = '';
  });
}
