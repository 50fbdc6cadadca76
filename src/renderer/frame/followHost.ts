import type { HostBridge, HostCommand } from '../../shared/host.ts';
import type { Studio } from '../state/studio.svelte.ts';

/** Does what the program's menu and command line ask; returns its undo. Nothing to follow in a browser. */
export function followHost(host: HostBridge | undefined, studio: Studio): () => void {
  if (host === undefined) return () => undefined;
  void host.initialFolder().then((folder) => {
    if (folder !== null) studio.dialogs.show({ kind: 'import', folder });
  });
  return host.onCommand((command: HostCommand) => {
    if (command.type === 'open-library') studio.dialogs.show({ kind: 'open-library' });
    else if (command.type === 'new-library') studio.dialogs.show({ kind: 'import', folder: null });
    else studio.dialogs.show({ kind: 'import', folder: command.folder });
  });
}
