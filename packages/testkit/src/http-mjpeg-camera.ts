// An HTTP camera that sends JPEG after JPEG (multipart/x-mixed-replace), as cheap cameras do. Loopback only.
import { createServer, type Server, type ServerResponse } from 'node:http';
import { run } from './rtsp/load-clip.ts';

/** How the camera is started. */
export interface HttpMjpegCameraOptions {
  /** Pictures, sent in turn and from the start again. At least one. */
  readonly pictures: readonly Uint8Array[];
  /** Pictures a second. Default 10. */
  readonly fps?: number;
  /** Basic authentication; absent: everybody may look. */
  readonly auth?: { readonly user: string; readonly password: string };
  /** Default: any free port. */
  readonly port?: number;
  /** Keeps connections and sends nothing after this many pictures. */
  readonly stallAfterPictures?: number;
  /** Closes connections after this many pictures. */
  readonly dropAfterPictures?: number;
}

const BOUNDARY = 'nextpicture';
/** Bytes a slow client may leave unread before pictures are left out for it. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;

/** A running camera; its stream is at `/video.mjpg`. */
export class HttpMjpegCamera implements AsyncDisposable {
  readonly #options: HttpMjpegCameraOptions;
  readonly #server: Server;

  private constructor(options: HttpMjpegCameraOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      if (!this.#allows(request.headers.authorization)) {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="camera"' }).end();
      } else if (request.url?.split('?')[0] === '/video.mjpg') this.#stream(response);
      else response.writeHead(404).end();
    });
  }

  /** Listens on 127.0.0.1. @throws Error where the port is taken; TypeError without pictures. */
  static async start(options: HttpMjpegCameraOptions): Promise<HttpMjpegCamera> {
    if (options.pictures.length === 0) throw new TypeError('an MJPEG camera needs at least one picture');
    const camera = new HttpMjpegCamera(options);
    await new Promise<void>((resolve, reject) => {
      camera.#server.once('error', reject);
      camera.#server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return camera;
  }

  /** The stream's URL, with user and password where the camera wants them. */
  get url(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { auth } = this.#options;
    const who = auth === undefined ? '' : `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.password)}@`;
    return `http://${who}127.0.0.1:${port}/video.mjpg`;
  }

  /** Stops listening and breaks every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #allows(header: string | undefined): boolean {
    const { auth } = this.#options;
    return auth === undefined || header === `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  }

  #stream(response: ServerResponse): void {
    const { pictures, fps = 10, stallAfterPictures, dropAfterPictures } = this.#options;
    let sent = 0;
    response.writeHead(200, { 'Content-Type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`, Connection: 'close' });
    const timer = setInterval(() => {
      if (stallAfterPictures !== undefined && sent >= stallAfterPictures) return;
      if (dropAfterPictures !== undefined && sent >= dropAfterPictures) return void response.end();
      if (response.writableLength > MAX_UNSENT_BYTES) return;
      const picture = pictures[sent++ % pictures.length];
      if (picture === undefined) return;
      response.write(`--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`);
      response.write(picture);
      response.write('\r\n');
    }, 1000 / fps);
    response.on('close', () => clearInterval(timer));
  }
}

/** JPEGs of ffmpeg's moving test picture. @throws Error where ffmpeg is missing. */
export async function testPictures(count = 10, size = '320x180'): Promise<readonly Uint8Array[]> {
  const source = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=10`, '-frames:v', String(count), '-q:v', '5'];
  const bytes = await run('ffmpeg', ['-v', 'error', '-nostdin', ...source, '-f', 'mjpeg', 'pipe:1']);
  const starts: number[] = [];
  for (let at = bytes.indexOf(START_OF_JPEG); at >= 0; at = bytes.indexOf(START_OF_JPEG, at + 3)) starts.push(at);
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1]));
}

const START_OF_JPEG = Buffer.of(0xff, 0xd8, 0xff);
