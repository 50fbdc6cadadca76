import type { HostBridge, HostCommand } from '../../shared/host.ts';
import type { Studio } from '../state/studio.svelte.ts';

/** Does what the program's menu and command line ask; returns its undo. In a browser only the address can name a folder. */
export function followHost(host: HostBridge | undefined, studio: Studio): () => void {
  const named = takeNamedFolder(window);
  if (named !== null) studio.dialogs.show({ kind: 'import', folder: named });
  if (host === undefined) return () => undefined;
  void host.initialFolder().then((folder) => {
    if (folder !== null) studio.dialogs.show({ kind: 'import', folder });
  });
  return host.onCommand((command: HostCommand) => {
    if (command.type === 'open-library') studio.dialogs.show({ kind: 'open-library' });
    else if (command.type === 'new-library')
      studio.dialogs.show({ kind: 'import', folder: null, isNew: true });
    else studio.dialogs.show({ kind: 'import', folder: command.folder });
  });
}

/** The folder that `fovea serve --import FOLDER` put into the address; taken out of it, so that it opens once. */
function takeNamedFolder(page: Window): string | null {
  const address = new URL(page.location.href);
  const folder = address.searchParams.get('import');
  if (folder === null) return null;
  address.searchParams.delete('import');
  page.history.replaceState(null, '', address);
  return folder;
}
