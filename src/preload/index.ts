import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import type { HostBridge, HostCommand } from '../shared/host.ts';

// All that the page can reach beyond its own origin. No Electron object is handed through.
const bridge: HostBridge = {
  host: 'electron',
  chooseFolder: (title) => ipcRenderer.invoke('fovea:chooseFolder', title),
  chooseSaveFolder: (title) => ipcRenderer.invoke('fovea:chooseSaveFolder', title),
  chooseTable: (title) => ipcRenderer.invoke('fovea:chooseTable', title),
  revealFile: (path) => ipcRenderer.invoke('fovea:revealFile', path),
  initialFolder: () => ipcRenderer.invoke('fovea:initialFolder'),
  pathOfDropped: (file) => webUtils.getPathForFile(file),
  onCommand: (listener) => {
    const hear = (_event: IpcRendererEvent, command: HostCommand): void => listener(command);
    ipcRenderer.on('fovea:command', hear);
    return () => ipcRenderer.off('fovea:command', hear);
  },
};

contextBridge.exposeInMainWorld('fovea', bridge);
