import type { HostBridge } from '../../shared/host.ts';
import { read } from '../api.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { formatQuantity } from '../ui/formatNumbers.ts';
import { findCommonFolder } from './commonFolder.ts';

/**
 * Folders and files dropped on the window are offered for import. A browser does not tell where they stand, so it keeps
 * dropped pictures inside the library, and asks for folders to be chosen.
 */
export function takeDropped(event: DragEvent, host: HostBridge | undefined, studio: Studio): void {
  const { dataTransfer } = event;
  // Our own drags, of images onto a class, carry no files.
  if (dataTransfer === null || dataTransfer.files.length === 0) return;
  event.preventDefault();
  const files = [...dataTransfer.files];
  const folders = [...dataTransfer.items].filter(
    (item) => item.webkitGetAsEntry()?.isDirectory === true,
  ).length;
  const paths = files.map((file) => host?.pathOfDropped(file) ?? '');
  if (paths.every((path) => path !== '')) offerImport(paths, folders === 1 && paths.length === 1, studio);
  else if (folders === 0) void addPictures(files, studio);
  else {
    studio.notices.tell(
      'Choose the folder instead',
      'A browser does not tell where a dropped folder stands.',
    );
    studio.dialogs.show({ kind: 'import', folder: null });
  }
}

/** Pasted pictures go into the library; text goes where text goes. */
export function takePasted(event: ClipboardEvent, studio: Studio): void {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  void addPictures(files, studio);
}

function offerImport(paths: readonly string[], isFolder: boolean, studio: Studio): void {
  const { dialogs, notices } = studio;
  const [first] = paths;
  if (isFolder && first?.endsWith('.fovea') === true) {
    void studio.openLibrary(first);
    return;
  }
  if (isFolder && first !== undefined) {
    dialogs.show({ kind: 'import', folder: first });
    return;
  }
  const common = findCommonFolder(paths);
  if (common === null) {
    notices.tell(
      'Drop what stands in one folder',
      'These have no folder in common; drop them one after the other.',
    );
  } else dialogs.show({ kind: 'import', ...common });
}

/** Keeps pictures that have no file of their own inside the library, and imports them. */
async function addPictures(files: readonly File[], studio: Studio): Promise<void> {
  const { api, libraries, notices } = studio;
  if (libraries.open === null || libraries.open.isReadOnly) {
    notices.tell('Open a library first', 'Pictures that are pasted or dropped here are kept inside it.');
    return;
  }
  let added = 0;
  for (const file of files) {
    try {
      const url = api.import.added.$url({ query: { name: file.name } });
      await read(fetch(url, { method: 'POST', body: file }) as ReturnType<typeof api.import.added.$post>);
      added += 1;
    } catch (error) {
      notices.report(error, `Adding ${file.name}`);
    }
  }
  if (added === 0) return;
  try {
    await read(api.import.added.start.$post());
    notices.tell(`${formatQuantity(added, 'picture')} added`, 'Their files are kept inside the library.');
  } catch (error) {
    notices.report(error, 'Adding pictures');
  }
}
