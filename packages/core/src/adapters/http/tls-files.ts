// The certificate and its key, read and tried before anybody connects.
import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { RecorderError } from '../../errors/recorder-error.ts';

/** Reads a certificate and its key. @throws RecorderError `CONFIG_INVALID` that says which of the two is wrong, and how. */
export function readCertificate({ cert, key }: { readonly cert: string; readonly key: string }): SecureContextOptions {
  const tls = process.getBuiltinModule('node:tls');
  const read = { cert: readPem('http.tls.cert', cert, 'CERTIFICATE'), key: readPem('http.tls.key', key, 'PRIVATE KEY') };
  const options: SecureContextOptions = { ...read, minVersion: 'TLSv1.2' };
  const attempt = (what: string, parts: SecureContextOptions): void => {
    try {
      tls.createSecureContext(parts);
    } catch (error) {
      throw new RecorderError('CONFIG_INVALID', `${what}: ${error instanceof Error ? reasonOf(error) : ''}`, { cause: error });
    }
  };
  attempt(`http.tls.cert: ${cert} holds no certificate that can be used`, { cert: read.cert });
  attempt(`http.tls.key: ${key} holds no key that can be used without a passphrase`, { key: read.key });
  attempt(`http.tls: ${key} is not the key of ${cert}`, options);
  return options;
}

function readPem(name: string, path: string, kind: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new RecorderError('CONFIG_INVALID', `${name}: ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (!new RegExp(`-----BEGIN (?:[A-Z0-9]+ )*${kind}-----`).test(text))
    throw new RecorderError('CONFIG_INVALID', `${name}: ${path} is no PEM file with a ${kind.toLowerCase()}`);
  return text;
}

/** OpenSSL's words without its numbers. */
const reasonOf = ({ message }: Error): string => message.replace(/^error:[0-9A-F]+:/i, '').replaceAll('::', ': ');
