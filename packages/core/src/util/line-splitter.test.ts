import { LineSplitter } from './line-splitter.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const text = (lines: readonly (Uint8Array | undefined)[]): string[] => lines.map((line) => (line === undefined ? '-' : Buffer.from(line).toString('latin1')));

/** Every line that ends with what comes. */
function cut(splitter: LineSplitter, ...pieces: readonly Uint8Array[]): Uint8Array[] {
  for (const piece of pieces) splitter.push(piece);
  const lines: Uint8Array[] = [];
  for (let line = splitter.next(); line !== undefined; line = splitter.next()) lines.push(line);
  return lines;
}

describe('LineSplitter', () => {
  it.each<[string, readonly string[], readonly string[], string]>([
    ['LF', ['a\nbc\n'], ['a', 'bc'], ''],
    ['CRLF', ['a\r\nb\r\n'], ['a', 'b'], ''],
    ['CR and LF in different pieces', ['a\r', '\nb'], ['a'], 'b'],
    ['a line in many pieces', ['3|o', 'n|', '5\n3|', 'off'], ['3|on|5'], '3|off'],
    ['empty lines', ['\n\r\n\n'], ['', '', ''], ''],
    ['a CR within', ['a\rb\n'], ['a\rb'], ''],
    ['a CR at the end of what has no end', ['a\r'], [], 'a'],
    ['binary', ['\0\xff\n\xfe'], ['\0\xff'], '\xfe'],
  ])('splits at %s', (_, pieces, lines, rest) => {
    const splitter = new LineSplitter(20);
    expect(text(pieces.flatMap((piece) => cut(splitter, bytes(piece))))).toEqual(lines);
    expect(splitter.isWithin).toBe(rest !== '');
    expect(text([splitter.flush()])).toEqual([rest]);
    expect(splitter.isWithin).toBe(false);
  });

  it('leaves out what is too long, as a whole, and goes on with the next line', () => {
    const splitter = new LineSplitter(5);
    expect(text(cut(splitter, bytes('12345\n12345\r\n123456\nok\n1234567')))).toEqual(['12345', '12345', 'ok']);
    expect([splitter.tooLong, splitter.isWithin]).toEqual([2, true]);
    for (let piece = 0; piece < 100; piece++) expect(cut(splitter, new Uint8Array(10_000))).toEqual([]);
    expect(text(cut(splitter, bytes('x\nok\n')))).toEqual(['ok']);
    expect(splitter.tooLong).toBe(2);
    cut(splitter, bytes('123456'));
    expect(splitter.flush()).toBeUndefined();
    expect(text(cut(splitter, bytes('ok\n')))).toEqual(['ok']);
  });

  it('looks at many pieces one after the other', () => {
    const splitter = new LineSplitter(20);
    expect(text(cut(splitter, bytes('a\nb'), bytes('c\n'), bytes('d')))).toEqual(['a', 'bc']);
    expect(text([splitter.flush()])).toEqual(['d']);
  });

  it('keeps what came when the memory is used again', () => {
    const splitter = new LineSplitter(20);
    const shared = bytes('abc');
    cut(splitter, shared);
    shared.fill(0);
    expect(text(cut(splitter, bytes('d\n')))).toEqual(['abcd']);
  });
});
