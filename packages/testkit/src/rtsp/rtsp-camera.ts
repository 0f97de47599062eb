// An RTSP 1.0 server (RFC 2326) that behaves like cameras do, badly where a test wants that. Loopback only.
import { createServer, type Server } from 'node:net';
import type { CameraAuth } from './camera-auth.ts';
import type { CameraFaults } from './camera-faults.ts';
import type { MediaClip } from './media-clip.ts';
import { RtspConnection } from './rtsp-connection.ts';
import type { SentFrame } from './stream-player.ts';

/** One stream of a camera. Every client sees it from its beginning, in real time. */
export interface RtspStream {
  readonly clip: MediaClip;
  /** Begins anew at the end, with timestamps that go on. Default false: the connection ends. */
  readonly loop?: boolean;
  readonly faults?: CameraFaults;
  /** Called for every video frame, after it was given to the network. */
  readonly onFrameSent?: (frame: SentFrame) => void;
}

/** How a camera is started. */
export interface RtspCameraOptions {
  /** By the name in their URL. */
  readonly streams: Readonly<Record<string, RtspStream>>;
  /** Default: any free port. */
  readonly port?: number;
  readonly auth?: CameraAuth;
  /** Bytes a slow client may leave unread before it is disconnected. Default 8 MiB. */
  readonly maxUnsentBytes?: number;
}

const DEFAULT_MAX_UNSENT_BYTES = 8 * 1024 * 1024;

/** A running camera with one or more streams. */
export class RtspCamera implements AsyncDisposable {
  readonly #server: Server;
  readonly #streams: Map<string, RtspStream>;
  readonly #auth: CameraAuth | undefined;
  readonly #connections = new Set<RtspConnection>();
  #clients = 0;

  private constructor(options: RtspCameraOptions) {
    this.#streams = new Map(Object.entries(options.streams));
    this.#auth = options.auth;
    this.#server = createServer((socket) => {
      const connection = new RtspConnection(socket, {
        client: this.#clients++,
        auth: options.auth,
        maxUnsentBytes: options.maxUnsentBytes ?? DEFAULT_MAX_UNSENT_BYTES,
        findStream: (name) => this.#streams.get(name),
      });
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
    });
  }

  /** Listens on 127.0.0.1. @throws Error where the port is taken. */
  static async start(options: RtspCameraOptions): Promise<RtspCamera> {
    const camera = new RtspCamera(options);
    await new Promise<void>((resolve, reject) => {
      camera.#server.once('error', reject);
      camera.#server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return camera;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Connections since the start. */
  get clients(): number {
    return this.#clients;
  }

  /** Connections that are open. */
  get liveClients(): number {
    return this.#connections.size;
  }

  /** The URL of a stream, with user and password where the camera wants them. */
  url(name: string): string {
    const auth = this.#auth;
    const who = auth === undefined ? '' : `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.password)}@`;
    return `rtsp://${who}127.0.0.1:${this.port}/${name}`;
  }

  /** Changes how a stream behaves from the next connection on. */
  setStream(name: string, stream: RtspStream): void {
    this.#streams.set(name, stream);
  }

  /** Breaks every connection, as a camera does that loses its power; new ones are welcome. */
  dropClients(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** Stops listening and breaks every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.dropClients();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
