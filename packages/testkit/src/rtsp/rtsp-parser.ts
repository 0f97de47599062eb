// Reads what an RTSP client sends: requests, and interleaved RTCP that is thrown away.

/** One request. Header names are in lower case. */
export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** Largest request head, in bytes. */
const MAX_HEAD_BYTES = 16 * 1024;

/** Takes chunks, gives requests. */
export class RtspParser {
  #rest = Buffer.alloc(0);

  /** @throws Error where the client does not speak RTSP. */
  push(chunk: Buffer): RtspRequest[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const requests: RtspRequest[] = [];
    for (;;) {
      if (this.#rest[0] === 0x24) {
        if (this.#rest.length < 4 || this.#rest.length < 4 + this.#rest.readUInt16BE(2)) return requests;
        this.#rest = this.#rest.subarray(4 + this.#rest.readUInt16BE(2));
        continue;
      }
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) {
        if (this.#rest.length > MAX_HEAD_BYTES) throw new Error('the client does not speak RTSP');
        return requests;
      }
      const request = parseHead(this.#rest.subarray(0, end).toString('latin1'));
      const size = end + 4 + Number(request.headers.get('content-length') ?? 0);
      if (this.#rest.length < size) return requests;
      this.#rest = this.#rest.subarray(size);
      requests.push(request);
    }
  }
}

function parseHead(text: string): RtspRequest {
  const [first = '', ...lines] = text.trimStart().split('\r\n');
  const [method = '', url = '', version = ''] = first.split(' ');
  if (!version.startsWith('RTSP/')) throw new Error('the client does not speak RTSP');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { method, url, headers };
}
