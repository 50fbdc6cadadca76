import { ClassifierClient } from './classifierClient.ts';
import { byId } from './elements.ts';
import { loadFacts } from './modelFacts.ts';
import { wireParity } from './parityPanel.ts';
import { wireResults } from './results.ts';
import { showFacts } from './showFacts.ts';

const base = document.baseURI;
const status = byId('status', HTMLParagraphElement);

/** Loads facts, engine and model, then opens the page for pictures. */
async function start(): Promise<void> {
  status.textContent = 'Loading the model …';
  const classifier = new ClassifierClient();
  const facts = await loadFacts(base);
  showFacts(facts);
  const engine = await classifier.load(base);
  status.textContent = engine.fast
    ? ''
    : 'This browser has no WebAssembly, so a slow engine is used: the answers are the same, only later.';
  document.body.dataset['ready'] = engine.name;
  wireParity(classifier, base);
  wireResults(classifier, facts);
}

start().catch((error: unknown) => {
  status.classList.add('problem');
  status.textContent = error instanceof Error ? error.message : String(error);
});
