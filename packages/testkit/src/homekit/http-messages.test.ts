// Answers and events out of one stream of bytes.
import { HttpMessageReader } from './http-messages.ts';

const PLAIN = 'HTTP/1.1 207 Multi-Status\r\nContent-Type: application/hap+json\r\nContent-Length: 4\r\n\r\nbody';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
const EVENT = 'EVENT/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}';

describe('the reader of HTTP messages', () => {
  it('tells answers from events, whatever their bodies are cut into', () => {
    const messages = new HttpMessageReader().push(Buffer.from(PLAIN + EVENT + CHUNKED));
    expect(messages.map(({ isEvent, status, body }) => [isEvent, status, body.toString()])).toEqual([
      [false, 207, 'body'],
      [true, 200, '{}'],
      [false, 200, 'abcde'],
    ]);
  });

  it('waits for what is missing', () => {
    const reader = new HttpMessageReader();
    const bytes = Buffer.from([CHUNKED, PLAIN, 'HTTP/1.1 204 No Content\r\n\r\n'].join(''));
    const messages = [...bytes].flatMap((byte) => reader.push(Uint8Array.of(byte)));
    expect(messages.map(({ status, body }) => [status, body.toString()])).toEqual([
      [200, 'abcde'],
      [207, 'body'],
      [204, ''],
    ]);
  });

  it('refuses lengths that are no numbers', () => {
    expect(() => new HttpMessageReader().push(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'))).toThrow('no number');
    expect(() => new HttpMessageReader().push(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n'))).toThrow('no number');
  });
});
