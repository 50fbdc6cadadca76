import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The first NVIDIA GPU with a working driver, or why there is none. */
export async function findNvidiaGpu(): Promise<{ readonly name: string } | { readonly missing: string }> {
  if (process.platform === 'darwin') return { missing: 'macOS has no NVIDIA driver.' };
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      ['--query-gpu=name', '--format=csv,noheader'],
      {
        timeout: 5_000,
        windowsHide: true,
      },
    );
    const name = stdout.split('\n')[0]?.trim() ?? '';
    return name === '' ? { missing: 'The NVIDIA driver lists no GPU.' } : { name };
  } catch {
    return { missing: 'No NVIDIA GPU with its driver was found.' };
  }
}
