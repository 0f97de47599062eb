// Which names a request may call this server by, where somebody wrote them down. A web page can point a name of its own at this machine
// (DNS rebinding) and would then read answers as its own; the name it used still stands in the Host header.
import { isIPv4, isIPv6 } from 'node:net';

/** What this machine is called. */
export interface OwnNames {
  /** The address the server was told to listen on. */
  readonly host: string;
  /** What else it is called: by a reverse proxy, mDNS, a router. Empty: any name will do. */
  readonly names: readonly string[];
  /** Addresses of this machine's interfaces; asked only where nothing simpler decides. */
  interfaceAddresses(): readonly string[];
}

/**
 * Whether a request's Host header names this machine: one of its names, `localhost`, a loopback address, the configured host or an
 * interface's address. A request without one (HTTP/1.0) comes from no browser and is taken.
 */
export function isOwnName(header: string | undefined, own: OwnNames): boolean {
  if (header === undefined || own.names.length === 0) return true;
  const [, name = '', bracketed] = /^(\[([0-9a-f:.]+)\]|[^\s/\\?#@:[\]]+)(?::\d{0,5})?$/i.exec(header) ?? [];
  const host = (bracketed ?? name.replace(/\.$/, '')).toLowerCase();
  if (host === '') return false;
  if (host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))) return true;
  if (host === own.host.toLowerCase() || own.names.some((each) => each.toLowerCase() === host)) return true;
  return (isIPv4(host) || isIPv6(host)) && own.interfaceAddresses().includes(host);
}
