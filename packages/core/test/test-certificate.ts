// A certificate for tests, made by openssl for the moment.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Writes `NAME-cert.pem` and `NAME-key.pem` for localhost into `folder`. @returns Their paths. */
export function testCertificate(folder: string, name: string): { readonly cert: string; readonly key: string } {
  const files = { cert: join(folder, `${name}-cert.pem`), key: join(folder, `${name}-key.pem`) };
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const options = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', ...subject];
  const { status, stderr } = spawnSync('openssl', [...options, '-keyout', files.key, '-out', files.cert], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return files;
}
