// Whose word about where a request comes from is taken.
import { BlockList, isIPv4 } from 'node:net';
import type { HttpSettings } from '../../model/http-settings.ts';

/** Networks that nobody on the Internet has an address of: loopback, link-local and private ones (RFC 1918, RFC 3927, RFC 4193, RFC 4291). */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv6');

/**
 * What fastify is to trust: the proxies that are listed, or whoever connects from a private network. Not a whole chain of private
 * addresses: the one before the last was written by a client, who may be in such a network too.
 */
export function trustedProxies({
  trustProxy,
  proxies,
}: Pick<HttpSettings, 'trustProxy' | 'proxies'>): boolean | string[] | ((address: string, hop: number) => boolean) {
  if (!trustProxy) return false;
  return proxies.length > 0 ? [...proxies] : (address, hop) => hop === 0 && isPrivate(address);
}

function isPrivate(address: string): boolean {
  const [plain = ''] = address.replace(/^::ffff:(?=\d+\.)/i, '').split('%');
  return PRIVATE.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
}
