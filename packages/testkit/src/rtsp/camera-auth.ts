// Basic and Digest (RFC 7616, MD5) as cameras ask for them.
import { createHash, randomBytes } from 'node:crypto';

/** Who may see a camera. */
export interface CameraAuth {
  readonly scheme: 'basic' | 'digest';
  readonly user: string;
  readonly password: string;
}

const REALM = 'camera';

/** Checks the requests of one connection. */
export class AuthGate {
  readonly #auth: CameraAuth | undefined;
  readonly #nonce = randomBytes(16).toString('hex');

  constructor(auth: CameraAuth | undefined) {
    this.#auth = auth;
  }

  /** The value of the `WWW-Authenticate` header. */
  get challenge(): string {
    return this.#auth?.scheme === 'basic' ? `Basic realm="${REALM}"` : `Digest realm="${REALM}", nonce="${this.#nonce}"`;
  }

  /** Whether a request with this `Authorization` header may go on. */
  allows(method: string, header: string | undefined): boolean {
    const auth = this.#auth;
    if (auth === undefined) return true;
    if (header === undefined) return false;
    if (auth.scheme === 'basic') return header === `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
    const fields = digestFields(header);
    const secret = md5(`${auth.user}:${REALM}:${auth.password}`);
    const request = md5(`${method}:${fields.get('uri') ?? ''}`);
    const middle = fields.has('qop') ? [fields.get('nc'), fields.get('cnonce'), fields.get('qop')] : [];
    return fields.get('username') === auth.user && fields.get('response') === md5([secret, this.#nonce, ...middle, request].join(':'));
  }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const digestFields = (header: string): ReadonlyMap<string, string> =>
  new Map([...header.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map((match) => [match[1] ?? '', match[2] ?? match[3] ?? '']));
