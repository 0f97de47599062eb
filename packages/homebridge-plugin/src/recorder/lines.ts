// Text that comes in pieces, line by line.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut here, so that nobody's memory is its limit. */
const LONGEST = 16_384;

/** Calls `take` for each line of a stream, without its end. */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (bytes: Buffer) => {
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST);
    for (const line of lines) take(line.slice(0, LONGEST));
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
  // The process is gone then, which is told elsewhere.
  stream.on('error', () => undefined);
}
