// Addresses of live pictures with a token of minutes in them, for one camera and one way of looking.
import { part, type RecorderHttp } from '../site/recorder-http.ts';
import { mediaToken } from './media-token.ts';

/** How the picture is to be. */
export interface StreamQuery {
  readonly width?: number;
  /** Pictures a second, of MJPEG. */
  readonly fps?: number;
}

/** What to make an address of. */
export interface StreamWish {
  readonly camera: string;
  /** `mjpeg`, `mp4`, `websocket` or `snapshot`. */
  readonly protocol: string;
  /** How long whoever has the address may begin to look, 1 to 300. */
  readonly seconds: number;
  readonly query: StreamQuery;
  readonly signal: AbortSignal;
}

interface Way {
  readonly operation: string;
  readonly leaf: string;
  query(query: StreamQuery): Readonly<Record<string, string | number | undefined>>;
}

// Video is sent as the camera makes it; another width means that the recorder encodes it anew.
const encoded = ({ width }: StreamQuery): ReturnType<Way['query']> => (width === undefined ? {} : { video: 'h264', width });

const WAYS: Readonly<Record<string, Way>> = {
  mjpeg: { operation: 'getLiveMjpeg', leaf: 'live.mjpeg', query: ({ width, fps }) => ({ width, maxFps: fps }) },
  mp4: { operation: 'getLiveMp4', leaf: 'live.mp4', query: encoded },
  websocket: { operation: 'watchLive', leaf: 'live', query: encoded },
  snapshot: { operation: 'getSnapshot', leaf: 'snapshot.jpg', query: ({ width }) => ({ width }) },
};

/** @throws RecorderProblem; Error where there is no such protocol. */
export async function streamAddress(
  api: RecorderHttp,
  { camera, protocol, seconds, query, signal }: StreamWish,
): Promise<{ readonly url: string; readonly expires: string }> {
  const way = Object.hasOwn(WAYS, protocol) ? WAYS[protocol] : undefined;
  if (way === undefined)
    throw new Error(`the recorder has no stream ${JSON.stringify(protocol.slice(0, 40))}; choose one of ${Object.keys(WAYS).join(', ')} in the node`);
  const { token, expires } = await mediaToken(api, { cameraId: camera, operations: [way.operation], expiresInSeconds: seconds }, signal);
  const url = new URL(`${api.url}/api/v1/cameras/${part(camera)}/${way.leaf}`);
  for (const [name, value] of Object.entries(way.query(query))) if (value !== undefined) url.searchParams.set(name, String(value));
  url.searchParams.set('token', token);
  if (protocol === 'websocket') url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return { url: url.href, expires };
}
