// Who sends a request: a token of the Authorization header, of a WebSocket's protocols, or of a media address.
import type { IncomingHttpHeaders } from 'node:http';
import type { AccountDesk, Peer } from '../../api/account-desk.ts';
import type { Operation } from '../../api/operation.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Principal } from '../../model/permission.ts';

/** The protocol WebSockets are opened with; a second "protocol" after it may carry the token, because browsers can set nothing else. */
export const SOCKET_PROTOCOL = 'nightjar';

/** What of a request says who sent it. */
export interface Claims {
  readonly headers: IncomingHttpHeaders;
  /** `token` of the query. */
  readonly token: unknown;
  readonly peer: Peer;
}

/**
 * Who asks for an operation; `undefined`: nobody says so.
 *
 * @throws RecorderError `NOT_LOGGED_IN` where a token is shown that is not good, or not good in an address.
 */
export async function whoAsks(operation: Operation, { headers, token, peer }: Claims, accounts: AccountDesk): Promise<Principal | undefined> {
  // Login and refresh carry their own credentials; what a client still has in its header is most likely out of date.
  if (operation.requires === 'anybody' && operation.method !== 'GET') return undefined;
  const shown = bearerOf(headers) ?? protocolToken(operation, headers);
  if (shown !== undefined) return accounts.identify(shown, peer);
  if (token === undefined) return undefined;
  if (typeof token !== 'string' || operation.takesMediaToken !== true) {
    accounts.refusedInAddress(peer);
    throw new RecorderError('NOT_LOGGED_IN', 'tokens stand in the Authorization header here, not in the address');
  }
  const principal = await accounts.identify(token, peer);
  // Addresses end up in histories and logs of proxies, so only what expires within minutes may stand there.
  if (principal.scope === undefined) {
    accounts.refusedInAddress(peer, principal);
    throw new RecorderError('NOT_LOGGED_IN', 'only media tokens are taken in an address');
  }
  return principal;
}

function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization) ?? [];
  if (token === undefined) throw new RecorderError('NOT_LOGGED_IN', 'the Authorization header holds no Bearer token');
  return token;
}

function protocolToken({ output }: Operation, headers: IncomingHttpHeaders): string | undefined {
  if (output.kind !== 'socket') return undefined;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  if (!offered.includes(SOCKET_PROTOCOL)) return undefined;
  return offered.find((each) => each.startsWith('bearer.'))?.slice('bearer.'.length);
}
