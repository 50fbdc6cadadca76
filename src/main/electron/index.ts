import path from 'node:path';
import { app, dialog, Menu, type BrowserWindow } from 'electron';
import { FoveaError } from '../../shared/errors.ts';
import type { HostCommand } from '../../shared/host.ts';
import { findAppRoot } from '../host/appRoot.ts';
import { startCore, type CoreHandle } from '../host/startCore.ts';
import { drawBySoftwareWithoutCard } from './graphics.ts';
import { handleIpc } from './ipc.ts';
import { buildMenu } from './menu.ts';
import { lockContents, lockSession, switchNetworkOff } from './offline.ts';
import { readImportFolder } from './payloads.ts';
import { handleScheme, registerScheme } from './protocol.ts';
import { openWindow } from './window.ts';

app.setName('Fovea Studio');
const userData = process.env['FOVEA_USER_DATA'];
if (userData !== undefined && userData !== '') app.setPath('userData', path.join(userData, 'window'));

switchNetworkOff();
drawBySoftwareWithoutCard();
registerScheme();
// Only root has to do without (Chromium refuses); then it is said on the command line.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
app.on('session-created', lockSession);
app.on('web-contents-created', (_event, contents) => lockContents(contents));
app.on('window-all-closed', () => app.quit());

if (app.requestSingleInstanceLock()) {
  // Not awaited: Electron becomes ready only after this module has been evaluated.
  app.whenReady().then(run).catch(giveUp);
} else {
  app.exit(0);
}

function run(): void {
  const outFolder = path.join(findAppRoot(), 'out');
  let initialFolder = readImportFolder(process.argv, process.cwd());
  const core = startCore({ env: { FOVEA_WHO: 'the studio window' }, restart: true });
  core.catch(giveUp);
  handleScheme(path.join(outFolder, 'renderer'), core);
  const window = openWindow(outFolder);
  handleIpc(window, () => {
    const folder = initialFolder;
    initialFolder = null;
    return folder;
  });
  const send = (command: HostCommand): void => window.webContents.send('fovea:command', command);
  Menu.setApplicationMenu(buildMenu(send));
  app.on('second-instance', (_event, argv, workingFolder) => {
    bringToFront(window);
    const folder = readImportFolder(argv, workingFolder);
    if (folder !== null) send({ type: 'import-folder', folder });
  });
  closeBeforeQuit(core);
}

/** Lets the core end its jobs and close its library before the program ends. */
function closeBeforeQuit(core: Promise<CoreHandle>): void {
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void core
      .then((handle) => handle.close())
      .catch(() => undefined)
      .then(() => {
        isClosed = true;
        app.quit();
      });
  });
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

function giveUp(error: unknown): void {
  const sentence = error instanceof Error ? error.message : String(error);
  const todo = error instanceof FoveaError ? (error.todo ?? '') : '';
  process.stderr.write(`${sentence}\n${todo}\n`);
  dialog.showErrorBox('Fovea Studio cannot start', `${sentence}\n\n${todo}`);
  app.exit(1);
}
