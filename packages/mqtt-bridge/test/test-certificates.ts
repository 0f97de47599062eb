// Authorities and certificates for tests, made by openssl for the moment.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a certificate. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate shall say. */
export interface CertificateWish {
  readonly name: string;
  /** `DNS:localhost,IP:127.0.0.1`; absent: it is a client's. */
  readonly names?: string;
  /** Days it is valid, from now; below 0: it has expired. */
  readonly days?: number;
}

/** An authority in a folder. */
export class TestAuthority {
  readonly ca: string;
  readonly #folder: string;
  readonly #key: string;
  #count = 0;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.ca = join(folder, `${name}.pem`);
    this.#key = join(folder, `${name}-key.pem`);
    openssl(['req', '-x509', ...NEW_KEY, '-subj', `/CN=${name}`, '-days', '2', '-keyout', this.#key, '-out', this.ca]);
  }

  /** Makes a certificate; `into` names the files it is written to, in place of what is there. */
  issue({ name, names, days = 2 }: CertificateWish, into = `${name}-${(this.#count += 1)}`): CertificateFiles {
    const [cert, key, request, extensions] = ['', '-key', '-request', '-extensions'].map((part) => join(this.#folder, `${into}${part}.pem`)) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(extensions, names === undefined ? 'extendedKeyUsage=clientAuth\n' : `subjectAltName=${names}\n`);
    openssl(['req', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', key, '-out', request]);
    const dated = ['-CAcreateserial', '-extfile', extensions, '-days', String(days), '-out', cert];
    openssl(['x509', '-req', '-in', request, '-CA', this.ca, '-CAkey', this.#key, ...dated]);
    return { cert, key };
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function openssl(options: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', options, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl failed: ${stderr}`);
}
