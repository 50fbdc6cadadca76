import type { ClassifierClient } from './classifierClient.ts';
import { byId } from './elements.ts';
import { checkParity, hasPassed, TOLERANCE } from './parity.ts';
import type { ParityResult } from './parity.ts';

/** Wires the button "Check against the studio"; the result also stands in data attributes of `#parity`. */
export function wireParity(classifier: ClassifierClient, base: string): void {
  const panel = byId('parity', HTMLDivElement);
  const button = byId('check', HTMLButtonElement);
  const line = byId('parity-result', HTMLParagraphElement);
  const run = async (): Promise<void> => {
    button.disabled = true;
    panel.dataset['state'] = 'running';
    try {
      const result = await checkParity(classifier, base, (done, total) => {
        line.textContent = `${done} of ${total} …`;
      });
      show(panel, line, result);
    } catch (error) {
      panel.dataset['state'] = 'failed';
      line.textContent = error instanceof Error ? error.message : String(error);
    }
    button.disabled = false;
  };
  button.addEventListener('click', () => void run());
  button.disabled = false;
}

function show(panel: HTMLElement, line: HTMLElement, result: ParityResult): void {
  const passed = hasPassed(result);
  panel.dataset['state'] = passed ? 'passed' : 'failed';
  panel.dataset['images'] = String(result.images);
  panel.dataset['maxDifference'] = String(result.maxDifference);
  panel.dataset['sameTop'] = String(result.sameTop);
  line.textContent =
    `${passed ? '✓ Same' : '✗ Not the same'}: largest difference ${result.maxDifference.toExponential(1)} ` +
    `(allowed ${TOLERANCE}), same class for ${result.sameTop} of ${result.images}.`;
}
