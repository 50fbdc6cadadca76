/**
 * Stands in for Electron's default app in the runtime from the package registry, which comes without one:
 * `electron [-r MODULE] APP [ARGUMENT…]` starts the app folder or file as the publisher's Electron does.
 */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app as published } from 'electron';

/** What Electron's own default app sets, though it is not in the published types. */
const app =
  /** @type {typeof published & { setAppPath(path: string): void, setVersion(version: string): void }} */ (
    published
  );
const require = createRequire(import.meta.url);
const rest = process.argv.slice(1);
for (let at = rest.indexOf('-r'); at !== -1; at = rest.indexOf('-r')) {
  // Playwright's loader removes what stands before its own arguments from process.argv.
  require(path.resolve(rest[at + 1] ?? ''));
  rest.splice(at, 2);
}
const target = rest.find((argument) => !argument.startsWith('-'));
if (target === undefined) {
  process.stdout.write(`v${process.versions.electron}\n`);
  app.exit(0);
} else {
  await import(pathToFileURL(findEntry(path.resolve(target))).href);
}

/** @param {string} place an app folder or its main file */
function findEntry(place) {
  Object.defineProperty(process, 'defaultApp', { value: true });
  if (!statSync(place).isDirectory()) {
    app.setAppPath(path.dirname(place));
    return place;
  }
  const description = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'));
  app.setAppPath(place);
  if (description.version) app.setVersion(description.version);
  const name = description.productName || description.name;
  if (name) {
    app.setName(name);
    app.setPath('userData', path.join(app.getPath('appData'), name));
  }
  return path.join(place, description.main || 'index.js');
}
