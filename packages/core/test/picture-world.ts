// A camera whose pictures are asked for, in virtual time: packets are pushed by hand or play by themselves.

import { FakeClock, FakePictureDecoderFactory, FakePictureMaker, FakePicturePainter, RecordingLogger, sampleVideoTrack, settle } from '@nightjar/testkit';
import { PacketRing } from '../src/capture/packet-ring.ts';
import type { CameraFunction, CameraStatus } from '../src/model/camera.ts';
import { whyLetGo } from '../src/model/camera.ts';
import type { Packet } from '../src/model/packet.ts';
import { mediaUs, type WallMs } from '../src/model/time.ts';
import { CameraPictures } from '../src/streams/camera-pictures.ts';
import { DecoderBudget } from '../src/streams/decoder-budget.ts';
import type { PictureSubject, PictureTools } from '../src/streams/picture-subject.ts';
import { cameraSettings } from './camera-settings.ts';

/** What the world should be like. */
export interface PictureWorldOptions extends Pick<PictureSubject, 'fromAnalysis'> {
  readonly name?: string;
  readonly function?: CameraFunction;
  readonly fps?: number;
  readonly gopSeconds?: number;
  /** Places for decoders. Default 8. */
  readonly mostDecoders?: number;
  /** Places for decoders of viewers, where cameras share them. */
  readonly viewers?: DecoderBudget;
}

/** The world of one camera. */
export class PictureWorld {
  readonly clock = new FakeClock();
  readonly log = new RecordingLogger();
  readonly decoders = new FakePictureDecoderFactory();
  readonly maker = new FakePictureMaker();
  readonly painter = new FakePicturePainter();
  readonly ring = new PacketRing({ keepMs: 10_000, maxBytes: 10_000_000 });
  readonly pictures: CameraPictures;
  readonly subject: PictureSubject;
  status: CameraStatus = 'connecting';
  problem: string | undefined;
  /** Words that pictures are to show. */
  showText: string | undefined;
  video: ReturnType<typeof sampleVideoTrack> | undefined;
  #lastFrameMs: WallMs | undefined;
  readonly #options: PictureWorldOptions;
  #frames = 0;

  constructor(options: PictureWorldOptions = {}) {
    this.#options = options;
    const { name = 'Front porch', fromAnalysis, mostDecoders = 8, viewers = new DecoderBudget(mostDecoders) } = options;
    const purpose: CameraFunction = options.function ?? 'modect';
    this.subject = {
      id: 'porch',
      name: () => name,
      letGo: () => whyLetGo(cameraSettings({ function: purpose })),
      status: () => ({ status: this.status, gopSeconds: this.#gopSeconds, ...(this.problem === undefined ? {} : { problem: this.problem }) }),
      video: () => this.video,
      newestKey: () => this.ring.newestKey(),
      newestGop: () => this.ring.newestGop(),
      lastFrameMs: () => this.#lastFrameMs,
      showText: () => this.showText,
      ...(fromAnalysis === undefined ? {} : { fromAnalysis }),
    };
    const tools: PictureTools = {
      clock: this.clock,
      log: this.log,
      decoders: this.decoders,
      maker: this.maker,
      painter: this.painter,
      budgets: { snapshots: new DecoderBudget(mostDecoders), viewers },
    };
    this.pictures = new CameraPictures(this.subject, tools);
  }

  get #fps(): number {
    return this.#options.fps ?? 10;
  }

  get #gopSeconds(): number {
    return this.#options.gopSeconds ?? 1;
  }

  /** The camera connects. */
  goOnline(video = sampleVideoTrack({ width: 1920, height: 1080 })): void {
    this.video = video;
    this.ring.clear();
    this.#frames = 0;
    this.status = 'online';
    this.problem = undefined;
  }

  /** The connection breaks. */
  goOffline(problem = 'rtsp://192.0.2.10/main closed the connection'): void {
    this.status = 'offline';
    this.problem = problem;
    this.pictures.runEnded();
  }

  /** Time passes, in which an online camera sends its frames. */
  async play(ms: number): Promise<void> {
    const stepMs = 1000 / this.#fps;
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      if (this.status === 'online') this.send();
      await this.clock.advance(stepMs);
      await settle();
    }
  }

  /** One frame comes. */
  send(): Packet {
    const frames = Math.round(this.#gopSeconds * this.#fps);
    const isKey = this.#frames % frames === 0;
    const us = Math.round((this.#frames * 1e6) / this.#fps);
    const data = Uint8Array.of(0, 0, 0, 2, isKey ? 0x65 : 0x41, this.#frames % 256);
    const packet: Packet = { track: 'video', data, ptsUs: mediaUs(us), dtsUs: mediaUs(us), durationUs: 1e6 / this.#fps, isKey, wallMs: this.clock.wall() };
    this.#frames += 1;
    this.#lastFrameMs = packet.wallMs;
    this.ring.push(packet);
    this.pictures.push(packet);
    return packet;
  }
}
