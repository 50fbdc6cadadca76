import type { RejectionCode } from '../../../shared/images.ts';

/** Why a file does not become an image: a code for programs and one sentence for a person. */
export class RefusedFile extends Error {
  readonly code: RejectionCode;

  constructor(code: RejectionCode, reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'RefusedFile';
    this.code = code;
  }
}
