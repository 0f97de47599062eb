// What a viewer in Apple Home costs the plugin, over the loopback interface: node --conditions=source packages/homebridge-plugin/test/live-cost.ts
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { LivePacket } from '@nightjar/client';
import type { PrepareStreamRequest, StreamingRequest } from 'homebridge';
import { LiveDelegate } from '../src/live/live-delegate.ts';
import { MadeLive, madeContext, picture } from './made-live.ts';

const KBPS = 4000;
const FPS = 25;
const SECONDS = 10;
const VIEWERS = [1, 5];

/** As an iPhone asks, without sound. */
const START = {
  type: 'start',
  video: {
    codec: 0,
    profile: 1,
    level: 2,
    packetizationMode: 0,
    width: 1920,
    height: 1080,
    fps: 30,
    pt: 99,
    ssrc: 1,
    max_bit_rate: 802,
    rtcp_interval: 0.5,
    mtu: 1378,
  },
  audio: { codec: 'AAC-eld', channel: 1, bit_rate: 0, sample_rate: 16, packet_time: 20, pt: 110, ssrc: 2, max_bit_rate: 24, rtcp_interval: 5 },
};

async function measure(viewers: number): Promise<void> {
  const live = new MadeLive();
  const context = madeContext(live.recorder);
  const delegate = new LiveDelegate({ context, controller: () => undefined });
  const sink = createSocket('udp4');
  sink.bind(0, '127.0.0.1');
  await once(sink, 'listening');
  const endpoint = { port: sink.address().port, srtpCryptoSuite: 0, srtp_key: Buffer.alloc(16, 1), srtp_salt: Buffer.alloc(14, 2) };
  for (let index = 0; index < viewers; index++) {
    const sessionID = `viewer ${index}`;
    const request = { sessionID, sourceAddress: '127.0.0.1', targetAddress: '127.0.0.1', addressVersion: 'ipv4', video: endpoint, audio: endpoint };
    await new Promise<void>((resolve, reject) =>
      delegate.prepareStream(request as PrepareStreamRequest, (error) => (error === undefined ? resolve() : reject(error))),
    );
    delegate.handleStreamRequest({ sessionID, ...START } as StreamingRequest, () => undefined);
  }
  const bytes = Math.round((KBPS * 1000) / 8 / FPS);
  const pictures: readonly LivePacket[] = Array.from({ length: FPS * SECONDS }, (_, index) => picture(index, { bytes, gop: 100, everyUs: 1e6 / FPS }));
  const before = process.cpuUsage();
  for (const one of pictures) {
    live.reader('video').send(one);
    await new Promise((resolve) => setTimeout(resolve, 1000 / FPS));
  }
  const { user, system } = process.cpuUsage(before);
  delegate.dispose();
  sink.close();
  const sent = context.sessions.records.reduce((sum, { packets }) => sum + packets, 0);
  const percent = (user + system) / 1e4 / SECONDS / viewers;
  console.log(
    `${viewers} viewers at ${KBPS} kbit/s: ${((user + system) / sent).toFixed(1)} µs a datagram, ${percent.toFixed(2)} % of a core a viewer (${sent} datagrams)`,
  );
}

await measure(1);
for (const viewers of VIEWERS) await measure(viewers);
