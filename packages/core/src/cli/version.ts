// The version of this package, as released.
import { readFileSync } from 'node:fs';

/** For instance `0.1.0`. */
export const recorderVersion = (): string => (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
