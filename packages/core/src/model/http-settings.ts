// What the server is told by the configuration's `http` section.

/** Where to listen, who is believed, and every limit. */
export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  /** Absolute paths of PEM files; `null`: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Whether `X-Forwarded-For` of a proxy is believed. */
  readonly trustProxy: boolean;
  /** Addresses and networks of those proxies; empty: loopback and private ones. */
  readonly proxies: readonly string[];
  /** Names a request may call the recorder by, besides its addresses; empty: any. */
  readonly names: readonly string[];
  /** Origins whose pages may read answers. */
  readonly corsOrigins: readonly string[];
  readonly maxBodyBytes: number;
  /** Of one address. */
  readonly requestsPerMinute: number;
  readonly maxConnections: number;
  /** Videos, picture streams and sockets at a time. */
  readonly maxStreams: number;
  readonly maxStreamsPerAddress: number;
  /** How long somebody may read nothing of what was sent. */
  readonly stalledSeconds: number;
}
