// Turns what a socket or a broker says into one sentence for the person who runs the recorder.

/** Why a connection did not come about, or ended. */
export interface ConnectionProblem {
  readonly text: string;
  /** The broker does not speak the MQTT version asked for. */
  readonly wrongVersion: boolean;
  /** Another client has our id. */
  readonly takenOver?: true;
  /** The broker gave no reason. */
  readonly isUnexplained?: true;
  /** It answered a message, probably the largest, with what is no answer in MQTT. */
  readonly isOverSize?: true;
}

/** Reason code of MQTT 5 for that. */
export const SESSION_TAKEN_OVER = 142;

/** CONNACK codes of 3.1.1 (1…5) and reason codes of 5 (128…). */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'does not speak this MQTT version',
  2: 'refused the client id',
  3: 'is not available at the moment',
  4: 'refused the user name or password',
  5: 'refused the user name or password',
  128: 'refused the connection without a reason',
  132: 'does not speak this MQTT version',
  133: 'refused the client id',
  134: 'refused the user name or password',
  135: 'refused the user name or password',
  136: 'is not available at the moment',
  137: 'is busy',
  138: 'has banned this client',
  151: 'says a quota is exceeded',
  154: 'keeps no messages (retain), which the last will and states need',
  155: 'takes only messages of QoS 0, and the last will and states are of QoS 1',
  159: 'says connections come too often',
};

/** Why a broker of MQTT 5 ends a connection that was good. */
const ENDS: Readonly<Record<number, string>> = {
  135: 'does not let this user go on',
  137: 'is busy',
  139: 'is shutting down',
  141: 'heard nothing from the recorder for too long',
  147: 'was sent more at a time than it takes',
  149: 'was sent a packet that is larger than it takes',
  150: 'says messages come too often',
  151: 'says a quota is exceeded',
  152: 'ended the connection on purpose',
  159: 'says connections come too often',
  160: 'says the connection has lasted long enough',
};

const NOT_AUTHORIZED = 135;

const SOCKET_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there',
  ECONNRESET: 'The broker closed the connection',
  EPIPE: 'The broker closed the connection',
  ENOTFOUND: 'The host name is not known',
  EAI_AGAIN: 'The host name could not be looked up',
  EHOSTUNREACH: 'The host cannot be reached',
  ENETUNREACH: 'The network cannot be reached',
  ETIMEDOUT: 'The host does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The broker’s certificate is self-signed and not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'The broker’s certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The broker’s certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The broker’s certificate comes from an authority that is not trusted',
  CERT_HAS_EXPIRED: 'The broker’s certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The broker’s certificate is for another host name',
  CERT_NOT_YET_VALID: 'The broker’s certificate is not valid yet; is the clock right?',
  EPROTO: 'The broker does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The broker does not speak TLS there',
};

/** What a broker says of our certificate, by the end of the code; its beginning differs between versions of OpenSSL. */
const TLS_ALERTS: readonly (readonly [string, string])[] = [
  ['ALERT_CERTIFICATE_EXPIRED', 'The broker says that the recorder’s certificate has expired'],
  ['ALERT_CERTIFICATE_REVOKED', 'The broker says that the recorder’s certificate is revoked'],
  ['ALERT_UNKNOWN_CA', 'The broker does not trust the authority of the recorder’s certificate'],
  ['ALERT_CERTIFICATE_REQUIRED', 'The broker wants a certificate of the recorder'],
  ['ALERT_HANDSHAKE_FAILURE', 'The broker refused the TLS connection; it may want a certificate of the recorder'],
  ['ALERT_BAD_CERTIFICATE', 'The broker does not take the recorder’s certificate'],
  ['ALERT_CERTIFICATE_UNKNOWN', 'The broker does not take the recorder’s certificate'],
];

/** Describes `error`; only its code is used, never its text, so nothing secret can get through. */
export function describeConnectionError(error: unknown): ConnectionProblem {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code === 'number') {
    return { text: `The broker ${REFUSALS[code] ?? `refused the connection (code ${code})`}`, wrongVersion: code === 1 || code === 132 };
  }
  if (typeof code === 'string') {
    const isTls = code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS');
    const alert = TLS_ALERTS.find(([end]) => code.endsWith(end))?.[1];
    return { text: SOCKET_ERRORS[code] ?? alert ?? (isTls ? 'The TLS connection failed' : `The connection failed (${code})`), wrongVersion: false };
  }
  if (error instanceof Error && error.message === 'Keepalive timeout') return { text: 'The broker does not answer any more', wrongVersion: false };
  // Mosquitto's answer to what exceeds its `message_size_limit`.
  if (error instanceof Error && error.message === 'Invalid puback reason code')
    return { text: 'The broker takes no packets as large as one of ours', wrongVersion: false, isOverSize: true };
  return { text: 'The connection failed', wrongVersion: false };
}

/** Describes a DISCONNECT by its code; nothing where it says nothing. */
export function describeDisconnect(code: number | undefined): ConnectionProblem | undefined {
  if (code === undefined || code < 128) return undefined;
  return { text: `The broker ${ENDS[code] ?? `closed the connection (code ${code})`}`, wrongVersion: false };
}

/** Describes the code of a PUBACK; to follow `The broker` and to be followed by `on` and the topic. */
export function describeRefusal(code: number): string {
  return code === NOT_AUTHORIZED ? 'does not let this user publish' : `refused a message (code ${code})`;
}
