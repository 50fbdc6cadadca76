import type { HostBridge } from '../../shared/host.ts';
import type { Studio } from '../state/studio.svelte.ts';

/** A folder dropped on the window is offered for import; a browser does not tell its path, so it says so. */
export function dropFolder(event: DragEvent, host: HostBridge | undefined, studio: Studio): void {
  const file = event.dataTransfer?.files[0];
  if (file === undefined) return;
  event.preventDefault();
  const folder = host?.pathOfDropped(file) ?? '';
  if (folder === '') {
    studio.notices.tell(
      'Choose the folder instead',
      'A browser does not tell where a dropped folder stands.',
    );
  }
  studio.dialogs.show({ kind: 'import', folder: folder === '' ? null : folder });
}
