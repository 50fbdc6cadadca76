import { FoveaError } from '../../../shared/errors.ts';

function systemCode(error: unknown): string | undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return undefined;
}

/** Says a file-system error in our words, judged by its system code and never by its text. */
export function translateFileError(error: unknown, subject: string): FoveaError {
  if (error instanceof FoveaError) return error;
  const context = { subject, cause: error };
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new FoveaError('no_space', 'The disk is full; nothing that was saved before is lost.', {
        ...context,
        todo: 'Free some space on this disk, then try again.',
      });
    case 'ENOENT':
      return new FoveaError('not_found', 'There is no such file or folder.', {
        ...context,
        todo: 'Check the name, and whether the drive is connected.',
      });
    case 'ENOTDIR':
      return new FoveaError('invalid', 'This is a file, not a folder.', {
        ...context,
        todo: 'Choose the folder that holds it.',
      });
    case 'EACCES':
    case 'EPERM':
      return new FoveaError('unreadable', 'You are not allowed to use this file or folder.', {
        ...context,
        todo: 'Ask its owner for access, or choose another place.',
      });
    case 'EROFS':
      return new FoveaError('unreadable', 'This place is read-only.', {
        ...context,
        todo: 'Choose a place that can be written to.',
      });
    case 'ENAMETOOLONG':
      return new FoveaError('invalid', 'This name is too long for the file system.', {
        ...context,
        todo: 'Choose a shorter name.',
      });
    case 'EISDIR':
      return new FoveaError('invalid', 'This is a folder, not a file.', {
        ...context,
        todo: 'Choose a file.',
      });
    case 'EEXIST':
    case 'ENOTEMPTY':
      return new FoveaError('conflict', 'There is already something of this name.', {
        ...context,
        todo: 'Choose another name or place.',
      });
    case 'EBUSY':
    case 'ETXTBSY':
      return new FoveaError('busy', 'Another program is using this file.', {
        ...context,
        todo: 'Close it there, then try again.',
      });
    case 'EMFILE':
    case 'ENFILE':
      return new FoveaError('busy', 'Too many files are open on this machine.', {
        ...context,
        todo: 'Close other programs, then try again.',
      });
    case 'EIO':
    case 'ENXIO':
    case 'ENODEV':
      return new FoveaError('unreadable', 'The disk cannot be read or written.', {
        ...context,
        todo: 'Check that its drive is connected and healthy.',
      });
    case 'ELOOP':
    case 'EINVAL':
    case 'ERR_INVALID_ARG_VALUE':
      return new FoveaError('invalid', 'This name cannot be used for a file or folder.', {
        ...context,
        todo: 'Choose another name or place.',
      });
    default:
      return new FoveaError('internal', error instanceof Error ? error.message : String(error), context);
  }
}
