import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may use one web host: whoever brings its token is given a cookie, and only the cookie opens the rest. */
export class Session {
  readonly token = randomBytes(32).toString('base64url');
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #cookieName: string;

  /** @param port part of the cookie's name, because browsers share cookies between the ports of a host. */
  constructor(port: number) {
    this.#cookieName = `fovea_${port}`;
  }

  isToken(given: string): boolean {
    return isSame(given, this.token);
  }

  /** Value of a `Set-Cookie` header: gone with the browser, unreadable to scripts, never sent across sites. */
  cookie(): string {
    return `${this.#cookieName}=${this.#secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** @param header the `Cookie` header of a request. */
  isCookie(header: string | null): boolean {
    return (header ?? '').split(';').some((pair) => {
      const [name, value] = pair.trim().split('=', 2);
      return name === this.#cookieName && isSame(value ?? '', this.#secret);
    });
  }
}

function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
