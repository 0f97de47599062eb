import { readPictures } from './multipart-pictures.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const partOf = (jpeg: string, stale = false): string =>
  `--picture\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\nX-Nightjar-Stale: ${stale}\r\nX-Nightjar-Captured-At: 2026-11-22T12:00:00.000Z\r\n\r\n${jpeg}\r\n`;

async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 7): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { jpeg, stale, at } of readPictures(chunks(text, size))) seen.push(`${new TextDecoder().decode(jpeg)} ${stale} ${at}`);
  return seen;
}

describe('pictures in parts', () => {
  it.each([1, 7, 10_000])('are found in chunks of %d bytes', async (size) => {
    expect(await read(partOf('one') + partOf('--picture\r\n\r\ntwo', true), size)).toEqual([
      'one false 2026-11-22T12:00:00.000Z',
      '--picture\r\n\r\ntwo true 2026-11-22T12:00:00.000Z',
    ]);
  });

  it('end without the one that is not whole', async () => {
    expect(await read(partOf('one') + partOf('two').slice(0, -6))).toHaveLength(1);
  });

  it.each(['x'.repeat(5000), 'Content-Type: image/jpeg\r\n\r\nno length', 'Content-Length: 99999999999\r\n\r\n'])(
    'are not what begins with %.30j',
    async (text) => {
      await expect(read(text, 10_000)).rejects.toThrow();
    },
  );
});
