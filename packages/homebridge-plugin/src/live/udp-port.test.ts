import { networkInterfaces } from 'node:os';
import { waitUntil } from '@nightjar/testkit';
import { openUdpPort, plainAddress, withScope } from './udp-port.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));

describe('a port of a live view', () => {
  it('is opened at an address of this machine, else at all of them', async () => {
    for (const address of ['127.0.0.1', '192.0.2.77', 'no address']) {
      const [port, other] = [await openUdpPort(4, [address]), await openUdpPort(4, ['127.0.0.1'])];
      const heard: string[] = [];
      port.onMessage((datagram) => heard.push(datagram.toString()));
      other.send(Buffer.from('hello, and more'), 5, { address: '127.0.0.1', port: port.port });
      await waitUntil(() => heard.length > 0);
      expect(heard).toEqual(['hello']);
      for (const one of [port, other]) one.close();
    }
  });

  (hasIpv6 ? it : it.skip)(`${hasIpv6 ? '' : 'skipped: this machine has no IPv6: '}is opened for IPv6`, async () => {
    const [port, other] = [await openUdpPort(6, ['::1']), await openUdpPort(6, [])];
    const heard: string[] = [];
    port.onMessage((datagram) => heard.push(datagram.toString()));
    other.send(Buffer.from('hello'), 5, { address: '::1', port: port.port });
    await waitUntil(() => heard.length > 0);
    for (const one of [port, other]) one.close();
  });

  it('does nothing after it was closed, and minds no address that cannot be reached', async () => {
    const port = await openUdpPort(4, []);
    port.send(Buffer.alloc(5), 5, { address: '255.255.255.255', port: 9 });
    port.send(Buffer.alloc(5), 5, { address: 'nonsense', port: 9 });
    port.send(Buffer.alloc(5), 5, { address: '127.0.0.1', port: 0 });
    port.close();
    port.close();
    port.send(Buffer.alloc(5), 5, { address: '127.0.0.1', port: 9 });
    expect(port.waiting).toBe(0);
  });
});

describe('an address', () => {
  it('of IPv4 is written as such', () => {
    expect(['::ffff:192.0.2.1', '::FFFF:10.0.0.1', '192.0.2.1', 'fe80::1'].map(plainAddress)).toEqual(['192.0.2.1', '10.0.0.1', '192.0.2.1', 'fe80::1']);
  });

  it('that is link-local is reached by the interface the viewer came by', () => {
    expect(withScope('fe80::2', 'fe80::1%eth7')).toBe('fe80::2%eth7');
    expect(withScope('fe80::2%en0', 'fe80::1%eth7')).toBe('fe80::2%en0');
    expect(withScope('fd00::2', 'fe80::1%eth7')).toBe('fd00::2');
    expect(withScope('fe80::2', '192.0.2.1')).toBe('fe80::2');
    expect(withScope('fe80::2', '127.0.0.1')).toMatch(/^fe80::2%lo/);
  });
});
