import path from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { START_PAGE } from './addresses.ts';
import { readWindowState, writeWindowState } from './windowState.ts';

/** The one place that makes a window. @param outFolder the folder of the built program. */
export function openWindow(outFolder: string): BrowserWindow {
  const stateFile = path.join(app.getPath('userData'), 'window.json');
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const state = readWindowState(stateFile, screens);
  const window = new BrowserWindow({
    width: 1360,
    height: 860,
    ...state.bounds,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Fovea Studio',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1b1b1c' : '#f7f7f7',
    webPreferences: {
      preload: path.join(outFolder, 'preload', 'index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => {
    if (state.isMaximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    void writeWindowState(stateFile, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
  });
  void window.loadURL(START_PAGE);
  return window;
}
