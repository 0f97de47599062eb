// The way to one viewer and back: two ports, their keys, and what the viewer says of what it gets.
import { randomBytes, randomInt } from 'node:crypto';
import { isRtcp, MediaError, type ReportBlock, type RtcpMessage, readRtcp, shortNtp } from '@nightjar/media';
import type { PrepareStreamRequest, PrepareStreamResponse } from 'homebridge';
import type { Clock } from '../clock.ts';
import { RtpStream } from './rtp-stream.ts';
import { SrtpReceiver } from './srtp-receiver.ts';
import { openUdpPort, plainAddress, type UdpPort, withScope } from './udp-port.ts';

/** Which of the two streams. */
export type TrackName = 'video' | 'audio';

/** Packets that a viewer may have sent again at one go. */
const MOST_RESENT_AT_ONCE = 64;
const CNAME = 'nightjar';

/** Who hears of what the viewer says. */
export interface LinkListener {
  /** It is there. */
  onHeard(): void;
  onKeyWanted(): void;
}

/** Ports of a view that was prepared. */
export class ViewerLink {
  readonly #request: PrepareStreamRequest;
  readonly #ports: Readonly<Record<TrackName, UdpPort>>;
  readonly #ssrcs: Readonly<Record<TrackName, number>>;
  readonly #receivers: Readonly<Record<TrackName, SrtpReceiver>>;
  readonly #streams: Partial<Record<TrackName, RtpStream>> = {};
  readonly #clock: Clock;
  #listener: LinkListener | undefined;
  #report: ReportBlock | undefined;
  #roundTripMs: number | undefined;

  constructor(request: PrepareStreamRequest, ports: Readonly<Record<TrackName, UdpPort>>, clock: Clock) {
    this.#request = request;
    this.#ports = ports;
    this.#clock = clock;
    const video = randomInt(1, 2 ** 32);
    this.#ssrcs = { video, audio: (video % 0xffffffff) + 1 };
    this.#receivers = { video: new SrtpReceiver(masterOf(request, 'video')), audio: new SrtpReceiver(masterOf(request, 'audio')) };
    for (const track of ['video', 'audio'] as const) ports[track].onMessage((datagram) => this.#hear(track, datagram));
  }

  /** Whom it leads to, without a port. */
  get peer(): string {
    return this.#request.targetAddress;
  }

  /** The answer to what prepared it; keys go both ways, as everybody does it. */
  answer(addressOverride: string | undefined): PrepareStreamResponse {
    const part = (track: TrackName) => ({
      port: this.#ports[track].port,
      ssrc: this.#ssrcs[track],
      srtp_key: this.#request[track].srtp_key,
      srtp_salt: this.#request[track].srtp_salt,
    });
    return { video: part('video'), audio: part('audio'), ...(addressOverride === undefined ? {} : { addressOverride }) };
  }

  listen(listener: LinkListener): void {
    this.#listener = listener;
  }

  /** Opens the way of one track. */
  stream(track: TrackName, { payloadType, maxBytes }: { readonly payloadType: number; readonly maxBytes: number }): RtpStream {
    const { targetAddress, sourceAddress } = this.#request;
    const stream = new RtpStream({
      port: this.#ports[track],
      to: { address: withScope(plainAddress(targetAddress), sourceAddress), port: this.#request[track].port },
      ssrc: this.#ssrcs[track],
      master: masterOf(this.#request, track),
      payloadType,
      maxBytes,
      firstSequence: randomInt(0, 2 ** 15),
      cname: CNAME,
    });
    this.#streams[track] = stream;
    return stream;
  }

  /** 0…1 of the packets of the picture that were sent, as the viewer reported at last. */
  get loss(): number | undefined {
    const stream = this.#streams.video;
    if (this.#report === undefined || stream === undefined) return undefined;
    const expected = this.#report.highestSequence - stream.firstSequence + 1;
    return expected <= 0 ? 0 : Math.min(1, Math.max(0, this.#report.packetsLost / expected));
  }

  /** Milliseconds to the viewer and back, as far as its reports say. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Packets that were sent again. */
  get resent(): number {
    return (this.#streams.video?.resent ?? 0) + (this.#streams.audio?.resent ?? 0);
  }

  /** Datagrams that were not authentic, or came again. */
  get refused(): number {
    return this.#receivers.video.refused + this.#receivers.audio.refused;
  }

  close(): void {
    this.#listener = undefined;
    for (const port of Object.values(this.#ports)) port.close();
  }

  #hear(track: TrackName, datagram: Buffer): void {
    if (!isRtcp(datagram)) return;
    const opened = this.#receivers[track].openRtcp(datagram);
    if (opened === undefined) return;
    try {
      const messages = readRtcp(opened);
      this.#listener?.onHeard();
      for (const message of messages) this.#follow(track, message);
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
    }
  }

  #follow(track: TrackName, message: RtcpMessage): void {
    const stream = this.#streams[track];
    if (stream === undefined || message.ssrc !== stream.ssrc) return;
    if (message.kind === 'key-wanted' && track === 'video') this.#listener?.onKeyWanted();
    if (message.kind === 'lost') for (const sequence of message.sequences.slice(0, MOST_RESENT_AT_ONCE)) stream.resend(sequence);
    if (message.kind !== 'report') return;
    if (track === 'video') this.#report = message;
    if (message.lastReport !== 0) {
      const ticks = (shortNtp(this.#clock.wall()) - message.lastReport - message.delay) >>> 0;
      // What is negative wraps round: the calendar jumped.
      if (ticks < 2 ** 31) this.#roundTripMs = (ticks / 65_536) * 1000;
    }
  }
}

/** Opens both ports: where the viewer was told to send to, or where it reached us. @throws Error where the machine has no such network. */
export async function openViewerLink(request: PrepareStreamRequest, clock: Clock, address: string | undefined): Promise<ViewerLink> {
  const family = request.addressVersion === 'ipv6' ? 6 : 4;
  const isOurs = (candidate: string): boolean => candidate.includes(':') === (family === 6);
  const addresses = [...(address === undefined ? [] : [address]), plainAddress(request.sourceAddress)].filter(isOurs);
  const ports: UdpPort[] = [];
  try {
    const video = await openUdpPort(family, addresses);
    ports.push(video);
    const audio = await openUdpPort(family, addresses);
    ports.push(audio);
    return new ViewerLink(request, { video, audio }, clock);
  } catch (error) {
    for (const port of ports) port.close();
    throw error;
  }
}

/** A timestamp to begin with. */
export const randomTimestamp = (): number => randomBytes(4).readUInt32BE();

const masterOf = (request: PrepareStreamRequest, track: TrackName) => ({ key: request[track].srtp_key, salt: request[track].srtp_salt });
