// Plays a clip to one client in real time: pacing, RTP headers, faults of media time.
import { nalType, nalUnits, RTP_HEADER_BYTES, writeRtpHeader } from '@nightjar/media';
import type { CameraFaults } from './camera-faults.ts';
import type { ClipUnit, MediaClip } from './media-clip.ts';
import { packetizeAac, packetizeVideo } from './rtp-payload.ts';
import { audioPayloadType, VIDEO_CLOCK_HZ, VIDEO_PAYLOAD_TYPE } from './sdp.ts';

/** A video frame that was sent to a client. */
export interface SentFrame {
  /** Counts connections of the camera, from 0. */
  readonly client: number;
  /** Counts frames of this client, from 0, on through loops. */
  readonly index: number;
  /** As sent, before rounding to the RTP clock; loops and jumps included. */
  readonly ptsSeconds: number;
  readonly isKey: boolean;
  readonly unixMs: number;
  readonly unit: ClipUnit;
}

/** What a player needs. */
export interface PlayerOptions {
  readonly clip: MediaClip;
  readonly loop: boolean;
  readonly faults: CameraFaults;
  readonly onFrameSent: (frame: Omit<SentFrame, 'client'>) => void;
  /** RTP packets of one access unit. */
  readonly send: (track: 'video' | 'audio', packets: readonly Uint8Array[]) => void;
  readonly sendGarbage: () => void;
  /** The clip has ended, or the drop fault is due. */
  readonly onEnd: () => void;
}

/** The RTP time of media time 0, of both tracks; cameras begin anywhere but at 0, which receivers take for "unknown". */
export const FIRST_RTP_TIME = 3_000_000_000;

const GARBAGE_EVERY_MS = 200;
/** Units sent before others get their turn, where the clip is faster than the machine. */
const MAX_UNITS_AT_ONCE = 64;

/** One playing client. */
export class StreamPlayer {
  readonly #options: PlayerOptions;
  readonly #sequence = { video: 0, audio: 0 };
  #clip: MediaClip;
  #at = 0;
  #loopStartSeconds = 0;
  #startedMs = 0;
  #frames = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#clip = options.clip;
  }

  start(): void {
    this.#startedMs = performance.now();
    this.#tick();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Sends everything that is due and waits for what comes next. */
  #tick(): void {
    const { faults, onEnd } = this.#options;
    for (let sent = 0; !this.#isStopped; sent++) {
      if (sent === MAX_UNITS_AT_ONCE) return this.#wait(0);
      const elapsed = (performance.now() - this.#startedMs) / 1000;
      if (faults.dropAfterSeconds !== undefined && elapsed >= faults.dropAfterSeconds) return onEnd();
      if (faults.stallAfterSeconds !== undefined && elapsed >= faults.stallAfterSeconds) return this.#wait(faults.dropAfterSeconds);
      if (faults.garbageAfterSeconds !== undefined && elapsed >= faults.garbageAfterSeconds) return this.#talkGarbage();
      const unit = this.#next();
      if (unit === undefined) return onEnd();
      const dueSeconds = this.#loopStartSeconds + unit.dtsSeconds;
      if (dueSeconds > elapsed) return this.#wait(dueSeconds);
      this.#at++;
      this.#send(unit, dueSeconds);
    }
  }

  #wait(untilSeconds: number | undefined): void {
    if (untilSeconds === undefined) return;
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, this.#startedMs + untilSeconds * 1000 - performance.now()));
  }

  #talkGarbage(): void {
    this.#options.sendGarbage();
    if (!this.#isStopped) this.#timer = setTimeout(() => this.#tick(), GARBAGE_EVERY_MS);
  }

  #next(): ClipUnit | undefined {
    if (this.#at >= this.#clip.units.length) {
      if (!this.#options.loop) return undefined;
      this.#at = 0;
      this.#loopStartSeconds += this.#clip.durationSeconds;
    }
    const unit = this.#clip.units[this.#at];
    const other = this.#options.faults.switchTo;
    if (unit === undefined || other === undefined || this.#clip === other.clip) return unit;
    const atSeconds = this.#loopStartSeconds + unit.dtsSeconds;
    if (atSeconds < other.atSeconds || !unit.isKey || unit.track !== 'video') return unit;
    this.#clip = other.clip;
    this.#at = 0;
    this.#loopStartSeconds = atSeconds;
    return other.clip.units[0];
  }

  #send(unit: ClipUnit, dueSeconds: number): void {
    const { send, onFrameSent } = this.#options;
    const ptsSeconds = this.#loopStartSeconds + unit.ptsSeconds + this.#jumpAt(dueSeconds);
    send(unit.track, unit.track === 'video' ? this.#videoPackets(unit, ptsSeconds) : this.#audioPackets(unit, ptsSeconds));
    if (unit.track === 'video') onFrameSent({ index: this.#frames++, ptsSeconds, isKey: unit.isKey, unixMs: Date.now(), unit });
  }

  #jumpAt(seconds: number): number {
    const jump = this.#options.faults.jump;
    return jump !== undefined && seconds >= jump.atSeconds ? jump.bySeconds : 0;
  }

  #videoPackets(unit: ClipUnit, ptsSeconds: number): readonly Uint8Array[] {
    const { codec, nalLengthSize, parameterSets } = this.#clip.video;
    const own = [...nalUnits(unit.data, nalLengthSize)].filter((nal) => !isDelimiterOrSet(nalType(nal, codec), codec));
    const payloads = packetizeVideo(codec, unit.isKey ? [...parameterSets, ...own] : own);
    const timestamp = Math.round(ptsSeconds * VIDEO_CLOCK_HZ);
    return payloads.map((payload, index) => this.#rtp('video', VIDEO_PAYLOAD_TYPE, { payload, timestamp, marker: index === payloads.length - 1 }));
  }

  #audioPackets(unit: ClipUnit, ptsSeconds: number): readonly Uint8Array[] {
    const audio = this.#clip.audio;
    if (audio === undefined) return [];
    const payload = audio.codec === 'aac' ? packetizeAac(unit.data) : unit.data;
    return [this.#rtp('audio', audioPayloadType(audio), { payload, timestamp: Math.round(ptsSeconds * audio.sampleRate), marker: audio.codec === 'aac' })];
  }

  #rtp(track: 'video' | 'audio', type: number, part: { readonly payload: Uint8Array; readonly timestamp: number; readonly marker: boolean }): Uint8Array {
    const packet = new Uint8Array(RTP_HEADER_BYTES + part.payload.length);
    const sequence = this.#sequence[track]++ & 0xffff;
    writeRtpHeader(packet, {
      payloadType: type,
      marker: part.marker,
      sequence,
      timestamp: (FIRST_RTP_TIME + part.timestamp) >>> 0,
      ssrc: track === 'video' ? 1 : 2,
    });
    packet.set(part.payload, RTP_HEADER_BYTES);
    return packet;
  }
}

/** Parameter sets are sent before every key frame anyway; access unit delimiters say nothing. */
const isDelimiterOrSet = (type: number, codec: 'h264' | 'h265'): boolean => (codec === 'h264' ? type >= 7 && type <= 9 : type >= 32 && type <= 35);
