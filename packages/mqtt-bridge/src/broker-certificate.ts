// The certificate the embedded broker shows: read again now and then, and judged before anybody sees it.
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { TlsPem } from './broker-messages.ts';

/** Looks at the files so often. */
const LOOK_MS = 60_000;

/** What the watch tells. */
export interface CertificateListener {
  /** A certificate that can be shown and was not yet. */
  onCertificate(pem: TlsPem): void;
  /** One sentence, or that nothing is wrong any more; only when that changes. */
  onProblem(problem: string | undefined): void;
}

/** Keeps a certificate up to date. */
export class CertificateWatch {
  readonly #read: () => TlsPem;
  readonly #listener: CertificateListener;
  #shown: string | undefined;
  #problem: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param read - May throw; the message is the problem. */
  constructor(read: () => TlsPem, listener: CertificateListener) {
    this.#read = read;
    this.#listener = listener;
  }

  /** Looks now, and every minute from now on. */
  start(): void {
    this.#shown = undefined;
    this.stop();
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
    this.look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Reads the files; what cannot be used leaves the one before in use. */
  look(): void {
    let problem: string | undefined;
    try {
      const pem = this.#read();
      problem = dateProblem(pem.cert, Date.now());
      this.#show(pem);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    this.#say(problem);
  }

  /** What was shown could not be: it is shown again with the next look. */
  showAgain(): void {
    this.#shown = undefined;
  }

  #show(pem: TlsPem): void {
    const text = JSON.stringify(pem);
    if (text === this.#shown) return;
    try {
      createSecureContext(pem.clientCa === undefined ? { cert: pem.cert, key: pem.key } : { cert: pem.cert, key: pem.key, ca: pem.clientCa });
    } catch {
      // OpenSSL's text may quote what it was given.
      throw new TypeError('The certificate and the key of the embedded broker cannot be used, or do not belong together');
    }
    this.#shown = text;
    this.#listener.onCertificate(pem);
  }

  #say(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#listener.onProblem(problem);
  }
}

/** What is wrong with the dates of the first certificate of a file. @param nowMs - Calendar. @throws {TypeError} where there is none. */
export function dateProblem(cert: string, nowMs: number): string | undefined {
  let dates: Pick<X509Certificate, 'validFromDate' | 'validToDate'>;
  try {
    dates = new X509Certificate(cert);
  } catch {
    throw new TypeError('The file of the embedded broker’s certificate holds no certificate');
  }
  if (nowMs > dates.validToDate.getTime()) return `The embedded broker’s certificate has expired on ${dates.validToDate.toISOString().slice(0, 10)}`;
  if (nowMs < dates.validFromDate.getTime()) return 'The embedded broker’s certificate is not valid yet';
  return undefined;
}
