// Reads HTTP/1.1 answers and HomeKit's EVENT/1.0 messages out of one stream of bytes.

/** An answer or an event. */
export interface HttpMessage {
  readonly isEvent: boolean;
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const HEAD_END = '\r\n\r\n';

/** Collects bytes until messages are whole. */
export class HttpMessageReader {
  #pending: Buffer = Buffer.alloc(0);

  /** The messages that are whole now. @throws Error where a length is no number. */
  push(data: Uint8Array): HttpMessage[] {
    this.#pending = Buffer.concat([this.#pending, data]);
    const messages: HttpMessage[] = [];
    for (;;) {
      const message = this.#next();
      if (message === undefined) return messages;
      messages.push(message);
    }
  }

  #next(): HttpMessage | undefined {
    const headEnd = this.#pending.indexOf(HEAD_END);
    if (headEnd < 0) return undefined;
    const [first = '', ...lines] = this.#pending.toString('latin1', 0, headEnd).split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    const start = headEnd + HEAD_END.length;
    const found = headers['transfer-encoding'] === 'chunked' ? this.#chunked(start) : this.#plain(start, Number(headers['content-length'] ?? 0));
    if (found === undefined) return undefined;
    this.#pending = Buffer.from(this.#pending.subarray(found.end));
    const [protocol = '', status = ''] = first.split(' ');
    return { isEvent: protocol.startsWith('EVENT'), status: Number(status), headers, body: found.body };
  }

  #plain(start: number, length: number): { readonly body: Buffer; readonly end: number } | undefined {
    if (!Number.isInteger(length)) throw new Error('an answer has a Content-Length that is no number');
    const end = start + length;
    return this.#pending.length < end ? undefined : { body: Buffer.from(this.#pending.subarray(start, end)), end };
  }

  /** RFC 9112 §7.1, without trailers. */
  #chunked(start: number): { readonly body: Buffer; readonly end: number } | undefined {
    const parts: Buffer[] = [];
    for (let at = start; ; ) {
      const lineEnd = this.#pending.indexOf('\r\n', at);
      if (lineEnd < 0) return undefined;
      const length = Number.parseInt(this.#pending.toString('latin1', at, lineEnd), 16);
      if (Number.isNaN(length)) throw new Error('a chunk of an answer has a length that is no number');
      const end = lineEnd + 2 + length + 2;
      if (this.#pending.length < end) return undefined;
      parts.push(this.#pending.subarray(lineEnd + 2, lineEnd + 2 + length));
      if (length === 0) return { body: Buffer.concat(parts), end };
      at = end;
    }
  }
}
