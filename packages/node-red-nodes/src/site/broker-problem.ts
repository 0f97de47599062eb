// Turns what a socket or a broker says into one sentence for whoever builds the flow.

/** CONNACK codes of MQTT 3.1.1 (1…5) and reason codes of 5 (128…). */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'the broker does not speak this version of MQTT',
  2: 'the broker does not take the id of this client; somebody else may have it',
  3: 'the broker is not available at the moment',
  4: 'the broker refused the user name or password; check them in the site',
  5: 'the broker refused the user name or password; check them in the site',
  132: 'the broker does not speak this version of MQTT',
  133: 'the broker does not take the id of this client; somebody else may have it',
  134: 'the broker refused the user name or password; check them in the site',
  135: 'the broker refused the user name or password; check them in the site',
  136: 'the broker is not available at the moment',
  137: 'the broker is busy',
  138: 'the broker has banned this client',
  139: 'the broker is being stopped',
  141: 'the broker heard nothing of this client for too long',
  142: 'another client with the same id took over the connection; where the broker makes ids of user names, every site needs a user of its own',
  149: 'the broker does not take packets as large as the last one',
  151: 'the broker has no room for more of this user',
  152: 'somebody ended the connection at the broker',
  159: 'the broker takes no more connections at the moment',
};

const SOCKET_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no broker listens at this address; check host and port in the site, or start the broker',
  ECONNRESET: 'the broker closed the connection',
  EPIPE: 'the broker closed the connection',
  ENOTFOUND: 'the host name of the broker is not known; check it in the site',
  EAI_AGAIN: 'the host name of the broker could not be looked up',
  EHOSTUNREACH: 'the host of the broker cannot be reached',
  ENETUNREACH: 'the network of the broker cannot be reached',
  ETIMEDOUT: 'the host of the broker does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the broker’s certificate is self-signed; add it to the TLS configuration of the site',
  SELF_SIGNED_CERT_IN_CHAIN: 'the broker’s certificate comes from an authority that is not trusted; add it to the TLS configuration of the site',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the broker’s certificate comes from an authority that is not trusted; add it to the TLS configuration of the site',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the broker’s certificate comes from an authority that is not trusted; add it to the TLS configuration of the site',
  CERT_HAS_EXPIRED: 'the broker’s certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the broker’s certificate is for another host name; write that one into the site',
  EPROTO: 'the broker does not speak TLS there; use mqtt:// or another port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the broker does not speak TLS there; use mqtt:// or another port',
};

/** A broker that is spoken to with TLS where it speaks none ends the connection, and says nothing. */
const NO_TLS = 'the broker closed the connection before it spoke TLS; if it speaks none there, use mqtt:// or another port';
const NO_MQTT = 'what answers at this address speaks no MQTT; check host and port in the site';

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);
const messageOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '');

const isHangUp = (code: unknown): boolean => code === 'ECONNRESET' || code === 'EPIPE';

/**
 * A sentence about why a connection did not come about, or ended. Only the error's code is used, so nothing secret gets through.
 * @param awaitsTls - Both ends were to agree on TLS, and have not.
 */
export function brokerProblem(error: unknown, awaitsTls = false): string {
  const code = codeOf(error);
  if (typeof code === 'number') return REFUSALS[code] ?? `the broker refused the connection (code ${code})`;
  if (typeof code === 'string' && code.startsWith('HPE_')) return NO_MQTT;
  if (isHangUp(code) && (awaitsTls || /before secure TLS/.test(messageOf(error)))) return NO_TLS;
  if (typeof code === 'string') return SOCKET_ERRORS[code] ?? `the connection to the broker failed (${code})`;
  return spokenProblem(messageOf(error));
}

/** Of mqtt.js itself, which has no codes for it. */
function spokenProblem(message: string): string {
  if (message === 'Keepalive timeout') return 'the broker does not answer any more';
  if (/connack timeout/i.test(message)) return 'the broker accepts connections but does not answer';
  const [, status] = /^Unexpected server response: (\d{3})$/.exec(message) ?? [];
  if (status !== undefined) return `a web server answers at this address (${status}), but no MQTT over WebSocket; check port and path in the site`;
  if (/subprotocol/.test(message)) return 'what answers at this address speaks WebSocket, but no MQTT over it; check port and path in the site';
  return /header flag|malformed|parse|invalid/i.test(message) ? NO_MQTT : 'the connection to the broker failed';
}

/** Whether the broker does not speak the version of MQTT that was asked for. */
export function isWrongVersion(error: unknown): boolean {
  const code = codeOf(error);
  return code === 1 || code === 132;
}

/** Whether the broker does not know this user with this password. */
export function isLoginRefused(error: unknown): boolean {
  return [4, 5, 134, 135].includes(codeOf(error) as number);
}

/** The connection ended before a command was answered. Nobody can tell then how far it came; over MQTT 3.1.1 that is how some brokers refuse as well. */
export class ConnectionLost extends Error {
  /** As of commands that a recorder refused. */
  readonly code = 'CONNECTION_LOST';

  constructor() {
    super('the connection to the broker ended before the recorder answered; the command may have been carried out, or the broker lets this user send none');
    this.name = 'ConnectionLost';
  }
}

/** What became of a message the broker did not take; `topic` is where it was to go. */
export function publishProblem(error: unknown, topic: string): Error {
  const code = codeOf(error);
  if (code === 135) return new Error(`the broker does not let this user publish on ${topic}; allow it there (access "control" at Nightjar’s own broker)`);
  if (typeof code === 'number') return new Error(`the broker refused the message on ${topic} (code ${code})`);
  return new ConnectionLost();
}
