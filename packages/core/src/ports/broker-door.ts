// The way into the recorder's own MQTT broker for clients that come over HTTP.
import type { Duplex } from 'node:stream';

/** A broker that takes connections from this process. */
export interface BrokerDoor {
  /** Larger packets end a connection. */
  readonly maxPacketBytes: number;
  /** A connection for a client at that address, which still has to log in; it ends, with or without an error, where the broker does. */
  open(address: string): Duplex;
}
