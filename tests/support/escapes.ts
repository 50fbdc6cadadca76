/**
 * Sixty ways to spell the address of a file outside the folder that is served, as raw request targets.
 * @param secret path of that file below the folder's parent, with `/`.
 */
export function spellEscapes(secret: string): string[] {
  const ups = [
    '..',
    '%2e%2e',
    '.%2e',
    '%2E.',
    '%252e%252e',
    '..%00',
    '..;',
    '....',
    '%c0%ae%c0%ae',
    '%uff0e%uff0e',
    '..%20',
    '%e2%80%a5',
  ];
  const slashes = ['/', '%2f', '%5c', '\\'];
  return [
    ...ups.flatMap((up) => slashes.map((slash) => `/${up}${slash}${secret}`)),
    `//${secret}`,
    `/assets/../../${secret}`,
    `/assets/..%2f..%2f${secret}`,
    `/assets%2f..%2f..%2f${secret}`,
    `/./.././${secret}`,
    `/file:///${secret}`,
    `/C:/${secret}`,
    `/c:%5c${secret}`,
    `/%5c%5clocalhost%5c${secret}`,
    `/link-to-secret`,
    `/linked-folder/${secret}`,
    `/index.html%00/../${secret}`,
  ];
}
