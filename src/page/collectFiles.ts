/** A file with the name under which it is shown: its path below the dropped folder, or its own name. */
export interface NamedFile {
  readonly name: string;
  readonly file: File;
}

/** Files of an `<input type=file>`, with their path where a folder was chosen. */
export function collectChosen(files: FileList): NamedFile[] {
  return Array.from(files, (file) => ({ name: file.webkitRelativePath || file.name, file })).filter(
    isVisible,
  );
}

/** Everything that was dropped, folders walked to their ends. */
export async function collectDropped(transfer: DataTransfer): Promise<NamedFile[]> {
  // Entries must be taken before the first await: the browser empties the transfer afterwards.
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter(
    (entry) => entry !== null,
  );
  const loose = Array.from(transfer.files, (file) => ({ name: file.name, file }));
  if (entries.length === 0) return loose.filter(isVisible);
  const found: NamedFile[] = [];
  for (const entry of entries) await walk(entry, found);
  return found.filter(isVisible).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function walk(entry: FileSystemEntry, found: NamedFile[]): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File | null>((resolve) => entry.file(resolve, () => resolve(null)));
    if (file !== null) found.push({ name: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a hundred entries at a time and then an empty list.
    const some = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (some.length === 0) return;
    for (const child of some) await walk(child, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** Litter of operating systems is passed over, as in the studio. */
function isVisible({ name }: NamedFile): boolean {
  const base = name.split('/').at(-1) ?? '';
  return !['.DS_Store', 'Thumbs.db', 'desktop.ini'].includes(base);
}
