// A live view at the viewer's end: sets it up, counts what comes, puts pictures together, reports, and ends as phones do.
import { randomInt } from 'node:crypto';
import { until } from '../processes/within.ts';
import type { AccessoryView } from './accessory-database.ts';
import { type AccessUnit, annexB, H264Depacketizer } from './h264-depacketizer.ts';
import type { HapClient } from './hap-client.ts';
import { type LiveSetup, setUpLive } from './live-setup.ts';
import { goodbye, nack, pictureLoss, receiverReport } from './rtcp.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { type AudioRequest, type EndpointAnswer, streamCommand, type VideoRequest } from './rtp-setup.ts';
import type { RtpTrack, TrackCounts } from './rtp-track.ts';

/** How a view is asked for; what is left out is as a phone at home asks. */
export interface LiveViewOptions {
  readonly video?: Partial<VideoRequest>;
  readonly audio?: Partial<AudioRequest>;
  /** Which of the camera's stream services; default 0. */
  readonly slot?: number;
  /** Milliseconds between receiver reports; 0: never. Default 500. */
  readonly reportEveryMs?: number;
  /** Keeps the pictures for a decoder. Default true. */
  readonly keepsPictures?: boolean;
}

const OWN_AUDIO_STEP_PER_MS = 16;
/** As an iPhone in the same network asks. */
const VIDEO_AT_HOME = { profile: 1, level: 2, width: 1280, height: 720, fps: 30, payloadType: 99, kbps: 2000, reportSeconds: 0.5, mtu: 1378 } as const;
const AUDIO_AT_HOME = { sampleRate: 24000, frameMs: 20, payloadType: 110, kbps: 24, reportSeconds: 5 } as const;

/** One view. Times are milliseconds after START was sent. */
export class LiveViewer implements Disposable {
  readonly #client: HapClient;
  readonly #camera: AccessoryView;
  readonly #slot: number;
  readonly #sessionId: Uint8Array;
  readonly #depacketizer = new H264Depacketizer();
  readonly #units: AccessUnit[] = [];
  readonly #sounds: Buffer[] = [];
  readonly #keeps: boolean;
  readonly #video: RtpTrack;
  readonly #audio: RtpTrack;
  readonly #videoRequest: VideoRequest;
  readonly #audioRequest: AudioRequest;
  readonly #answer: EndpointAnswer;
  readonly #reports: NodeJS.Timeout | undefined;
  #startedAtMs = 0;
  #firstKeyAtMs: number | undefined;
  #pictures = 0;
  #keyPictures = 0;
  #firstUnit: AccessUnit | undefined;
  #reportedMissing = 0;

  private constructor(client: HapClient, camera: AccessoryView, options: LiveViewOptions, setup: LiveSetup) {
    this.#client = client;
    this.#camera = camera;
    this.#slot = options.slot ?? 0;
    this.#keeps = options.keepsPictures ?? true;
    this.#video = setup.video;
    this.#audio = setup.audio;
    this.#answer = setup.answer;
    this.#sessionId = setup.sessionId;
    this.#videoRequest = { ...VIDEO_AT_HOME, ssrc: randomInt(1, 2 ** 31), ...options.video };
    this.#audioRequest = { ...AUDIO_AT_HOME, ssrc: randomInt(1, 2 ** 31), ...options.audio };
    setup.take = { video: (packet, gap) => this.#takeVideo(packet, gap), audio: (packet) => this.#takeAudio(packet) };
    const { address, videoPort, audioPort, videoSsrc, audioSsrc } = setup.answer;
    this.#video.expect({ ssrc: videoSsrc, payloadType: this.#videoRequest.payloadType, port: videoPort, address });
    this.#audio.expect({ ssrc: audioSsrc, payloadType: this.#audioRequest.payloadType, port: audioPort, address });
    const everyMs = options.reportEveryMs ?? 500;
    this.#reports = everyMs === 0 ? undefined : setInterval(() => this.reportReception(), everyMs);
  }

  /** Sets a view up and starts it. @throws ViewRefused where the slot is taken. */
  static async open(client: HapClient, camera: AccessoryView, options: LiveViewOptions = {}): Promise<LiveViewer> {
    const setup = await setUpLive(client, camera, options.slot ?? 0);
    const viewer = new LiveViewer(client, camera, options, setup);
    try {
      await viewer.#start();
    } catch (error) {
      viewer.close();
      throw error;
    }
    return viewer;
  }

  /** What the camera said about itself. */
  get endpoints(): EndpointAnswer {
    return this.#answer;
  }

  get video(): Readonly<TrackCounts> {
    return this.#video.counts;
  }

  get audio(): Readonly<TrackCounts> {
    return this.#audio.counts;
  }

  get videoTrack(): RtpTrack {
    return this.#video;
  }

  get audioTrack(): RtpTrack {
    return this.#audio;
  }

  /** Pictures that were completed. */
  get pictures(): number {
    return this.#pictures;
  }

  get keyPictures(): number {
    return this.#keyPictures;
  }

  /** NAL units that could not be put together. */
  get brokenNals(): number {
    return this.#depacketizer.broken;
  }

  /** The very first picture. */
  get firstPicture(): AccessUnit | undefined {
    return this.#firstUnit;
  }

  /** When the first picture that a decoder can begin with was complete. */
  get firstKeyMs(): number | undefined {
    return this.#firstKeyAtMs === undefined ? undefined : this.#firstKeyAtMs - this.#startedAtMs;
  }

  get firstPacketMs(): number | undefined {
    const at = this.#video.counts.firstAtMs;
    return at === undefined ? undefined : at - this.#startedAtMs;
  }

  /** Pictures that were kept, in order. */
  get units(): readonly AccessUnit[] {
    return this.#units;
  }

  /** Payloads of sound that were kept: one Opus packet each. */
  get sounds(): readonly Buffer[] {
    return this.#sounds;
  }

  /** What a decoder of H.264 reads. */
  annexB(): Buffer {
    return Buffer.concat(this.#units.map(annexB));
  }

  /** @throws Error where `pictures` have not come within `limitMs`. */
  async waitForPictures(pictures: number, limitMs: number): Promise<void> {
    await until(
      limitMs,
      () => `${pictures} pictures; ${this.#pictures} came`,
      () => (this.#pictures >= pictures ? true : undefined),
    );
  }

  /** @throws Error where `packets` packets of sound have not come within `limitMs`. */
  async waitForSounds(packets: number, limitMs: number): Promise<void> {
    await until(
      limitMs,
      () => `${packets} packets of sound; ${this.audio.packets} came`,
      () => (this.audio.packets >= packets ? true : undefined),
    );
  }

  /** @throws Error where no picture that a decoder can begin with came within `limitMs`. */
  async waitForKey(limitMs: number): Promise<void> {
    await until(
      limitMs,
      () => `a first key picture; ${this.video.packets} packets came`,
      () => (this.#firstKeyAtMs !== undefined ? true : undefined),
    );
  }

  /**
   * Waits until nothing has come for `quietMs`.
   *
   * @param since - Of `performance.now()`.
   * @returns Milliseconds after `since` at which the last packet came; 0 where none came after it.
   */
  async waitForSilence(since: number, quietMs: number, limitMs: number): Promise<number> {
    const last = () => Math.max(since, this.video.lastAtMs ?? 0, this.audio.lastAtMs ?? 0);
    await until(
      limitMs,
      () => 'silence',
      () => (performance.now() - last() >= quietMs ? true : undefined),
    );
    return last() - since;
  }

  /** Asks for another picture size, rate or bitrate in mid-view. */
  async reconfigure(video: Partial<VideoRequest>): Promise<void> {
    await this.#select(streamCommand('reconfigure', this.#sessionId, { ...this.#videoRequest, ...video }));
  }

  /** Ends the view properly; the ports stay open so that what still comes is seen. */
  async end(): Promise<void> {
    clearInterval(this.#reports);
    await this.#select(streamCommand('end', this.#sessionId));
  }

  /** No more receiver reports: as if the viewer were gone, with the connection still standing. */
  stopReporting(): void {
    clearInterval(this.#reports);
  }

  /** Says how reception was since the last time, on both tracks. */
  reportReception(fractionLost?: number): void {
    const lostNow = Math.max(0, this.video.missing - this.#reportedMissing);
    this.#reportedMissing = this.video.missing;
    const fraction = fractionLost ?? Math.min(1, lostNow / 100);
    for (const [track, ssrc, senderSsrc] of this.#tracks()) {
      const lost = Math.max(0, track.counts.missing);
      track.report(receiverReport({ ssrc, senderSsrc, fractionLost: track === this.#video ? fraction : 0, lost, highestSequence: track.highestSequence }));
    }
  }

  /** Asks for packets of video again. */
  requestAgain(...sequences: [number, ...number[]]): void {
    this.#video.report(nack(this.#videoRequest.ssrc, this.#answer.videoSsrc, sequences));
  }

  /** Asks for a key picture. */
  reportPictureLoss(): void {
    this.#video.report(pictureLoss(this.#videoRequest.ssrc, this.#answer.videoSsrc));
  }

  sayGoodbye(): void {
    for (const [track, ssrc] of this.#tracks()) track.report(goodbye(ssrc));
  }

  /** Sends one Opus packet of the talk. */
  talk(payload: Buffer, index: number): void {
    const { payloadType, ssrc, frameMs } = this.#audioRequest;
    const timestamp = index * frameMs * OWN_AUDIO_STEP_PER_MS;
    this.#audio.talk({ payloadType, ssrc, marker: index === 0, sequence: index & 0xffff, timestamp, payload });
  }

  /** Closes the ports and says nothing: together with `HapClient.vanish` a viewer that is gone. */
  close(): void {
    clearInterval(this.#reports);
    this.#video.close();
    this.#audio.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #start(): Promise<void> {
    this.#startedAtMs = performance.now();
    await this.#select(streamCommand('start', this.#sessionId, this.#videoRequest, this.#audioRequest));
  }

  async #select(value: string): Promise<void> {
    await this.#client.put({ id: this.#camera.id('CameraRTPStreamManagement', 'SelectedRTPStreamConfiguration', this.#slot), value });
  }

  #tracks(): readonly (readonly [RtpTrack, number, number])[] {
    return [
      [this.#video, this.#videoRequest.ssrc, this.#answer.videoSsrc],
      [this.#audio, this.#audioRequest.ssrc, this.#answer.audioSsrc],
    ];
  }

  #takeVideo({ payload, timestamp, marker }: RtpPacket, gap: boolean): void {
    if (gap) this.#depacketizer.lose();
    const unit = this.#depacketizer.push(payload, timestamp, marker);
    if (unit === undefined) return;
    this.#pictures++;
    this.#firstUnit ??= unit;
    if (this.#keeps) this.#units.push(unit);
    if (!unit.isKey) return;
    this.#keyPictures++;
    if (unit.hasParameterSets) this.#firstKeyAtMs ??= performance.now();
  }

  #takeAudio({ payload }: RtpPacket): void {
    if (this.#keeps) this.#sounds.push(payload);
  }
}
