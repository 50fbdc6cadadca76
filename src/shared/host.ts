/** What a menu item or a second start of the program asks the window to do. */
export type HostCommand =
  | { readonly type: 'new-library' }
  | { readonly type: 'open-library' }
  /** Without a folder the person is asked for one. */
  | { readonly type: 'import-folder'; readonly folder: string | null };

/**
 * What only the surrounding program can do for the pages: `window.fovea`. In a plain browser (`fovea serve`)
 * there is none, and the pages fall back to their own folder dialog over `GET /api/folders`.
 * Everything else goes through the API.
 */
export interface HostBridge {
  readonly host: 'electron';
  /** Asks for an existing folder to read; null when the person cancels. */
  chooseFolder(title: string): Promise<string | null>;
  /** Asks for a folder to write to, which may be made in the dialog; null when the person cancels. */
  chooseSaveFolder(title: string): Promise<string | null>;
  /** Asks for a table (CSV, TSV) to read; null when the person cancels. */
  chooseTable(title: string): Promise<string | null>;
  /** Shows a file or folder in the system's file manager; false when there is no such path on this machine. */
  revealFile(path: string): Promise<boolean>;
  /** The folder named at the start (`npm start -- FOLDER`), once; null afterwards and when none was named. */
  initialFolder(): Promise<string | null>;
  /** The path of a file or folder that was dropped on the window; '' when it has none. */
  pathOfDropped(file: File): string;
  /** Calls back for each command of the menu; returns what ends it. */
  onCommand(listener: (command: HostCommand) => void): () => void;
}

declare global {
  interface Window {
    readonly fovea?: HostBridge;
  }
}
