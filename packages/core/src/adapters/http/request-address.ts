// Which addresses are looked at at all: paths of this server, well encoded, short. Nothing here is ever a path of a file.
import { RecorderError } from '../../errors/recorder-error.ts';

const MAX_ADDRESS_CHARACTERS = 4096;

/** Where the API lives. */
export const API_PREFIX = '/api/v1';

/** The path of an address, as it was sent. @throws RecorderError `ADDRESS_INVALID`. */
export function pathOf(address: string | undefined): string {
  if (address === undefined || !address.startsWith('/')) throw invalid('it is no path on this server');
  if (address.length > MAX_ADDRESS_CHARACTERS) throw invalid(`it is longer than ${MAX_ADDRESS_CHARACTERS} characters`);
  const path = address.split(/[?#]/, 1)[0] ?? '';
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw invalid('its percent-encoding is wrong');
  }
  if (decoded.includes('\0')) throw invalid('it holds a zero byte');
  if (decoded.includes('\\') || /(^|\/)\.{1,2}(\/|$)/.test(decoded)) throw invalid('it leads somewhere else');
  return path;
}

/** Whether an address carries a token. */
export const hasToken = (address: string): boolean => /[?&]token=/.test(address);

const invalid = (why: string): RecorderError => new RecorderError('ADDRESS_INVALID', `the address of the request is not taken: ${why}`);
