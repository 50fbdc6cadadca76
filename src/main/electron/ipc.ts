import { existsSync } from 'node:fs';
import {
  dialog,
  ipcMain,
  shell,
  type BrowserWindow,
  type IpcMainInvokeEvent,
  type OpenDialogOptions,
} from 'electron';
import { isOwnPage } from './addresses.ts';
import { readLocalPath, readTitle } from './payloads.ts';

/** Answers what the preload asks, for the page of this one window only. */
export function handleIpc(window: BrowserWindow, takeInitialFolder: () => string | null): void {
  const handle = (channel: string, act: (payload: unknown) => unknown): void => {
    ipcMain.removeHandler(channel);
    ipcMain.handle(channel, (event, payload: unknown) => {
      if (!isFrom(window, event)) throw new Error('Only the page of the studio is answered.');
      return act(payload);
    });
  };
  handle('fovea:chooseFolder', (title) => choose(window, readTitle(title), ['openDirectory']));
  handle('fovea:chooseSaveFolder', (title) =>
    choose(window, readTitle(title), ['openDirectory', 'createDirectory', 'promptToCreate']),
  );
  handle('fovea:chooseTable', (title) =>
    choose(window, readTitle(title), ['openFile'], [{ name: 'Tables', extensions: ['csv', 'tsv', 'txt'] }]),
  );
  handle('fovea:revealFile', (file) => {
    const local = readLocalPath(file);
    if (!existsSync(local)) return false;
    shell.showItemInFolder(local);
    return true;
  });
  handle('fovea:initialFolder', takeInitialFolder);
}

function isFrom(window: BrowserWindow, event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return (
    event.sender === window.webContents && frame !== null && frame.parent === null && isOwnPage(frame.url)
  );
}

async function choose(
  window: BrowserWindow,
  title: string,
  properties: NonNullable<OpenDialogOptions['properties']>,
  filters: NonNullable<OpenDialogOptions['filters']> = [],
): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, properties, filters });
  return canceled ? null : (filePaths[0] ?? null);
}
