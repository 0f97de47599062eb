// HomeKit Secure Video of one camera: what hubs chose, whether they want recordings, and one recording at a time.
import type { LiveStream } from '@nightjar/client';
import type {
  CameraController,
  CameraRecordingConfiguration,
  CameraRecordingDelegate,
  CameraRecordingOptions,
  Characteristic,
  HAP,
  RecordingPacket,
} from 'homebridge';
import type { CameraContext } from '../camera-context.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type HapValues, hapValues } from '../hap-values.ts';
import { Recording } from './recording.ts';
import { chooseSound, chooseVideo, type RecordingWish } from './recording-choice-policy.ts';
import { recordingOptions } from './recording-options.ts';
import { choiceWords, closeWords, isBadReason, wishWords } from './recording-words.ts';

/** A stream whose key frames were too far apart may have other settings by then. */
const NOT_COPIED_MS = 600_000;
/** Hz, by their number in HomeKit. */
const SAMPLE_RATES: readonly number[] = [8000, 16_000, 24_000, 32_000, 44_100, 48_000];
/** A hub that wrote nonsense still gets a recording. */
const DEFAULT_FRAGMENT_MS = 4000;

/** A recording and what is known of it. */
interface Running {
  readonly streamId: number;
  readonly recording: Recording;
  readonly wish: RecordingWish;
  readonly startedWallMs: number;
  readonly startedMs: number;
  closedFor: number | undefined;
  hasFailed: boolean;
}

/** What the delegate needs. */
export interface RecordingDelegateParts {
  readonly context: CameraContext;
  readonly hap: HAP;
  /** Default: real time. */
  readonly clock?: Clock;
}

/** Told by HAP what hubs want; gives them recordings. Never rejects but with an `HDSProtocolError`, which closes the stream. */
export class RecordingDelegate implements CameraRecordingDelegate {
  /** What hubs are offered. */
  readonly options: CameraRecordingOptions;
  readonly #context: CameraContext;
  readonly #hap: HAP;
  readonly #clock: Clock;
  #configuration: CameraRecordingConfiguration | undefined;
  #toldActive = false;
  #isDisposed = false;
  #active: Characteristic | undefined;
  #audioActive: Characteristic | undefined;
  #running: Running | undefined;
  readonly #notCopiedUntil = new Map<LiveStream, number>();

  constructor({ context, hap, clock = systemClock }: RecordingDelegateParts) {
    this.options = recordingOptions(hap);
    this.#context = context;
    this.#hap = hap;
    this.#clock = clock;
  }

  /** Whether hubs want recordings now. */
  get isActive(): boolean {
    return this.#active === undefined ? this.#toldActive : Boolean(this.#active.value);
  }

  /**
   * Listens to what is true, from when the controller is configured on.
   *
   * HAP-NodeJS 2.2.3 tells nothing of `Active` after all pairings were removed and one was made again: it keeps what it told last, though the
   * characteristic was reset, and takes the next 1 for no change.
   */
  follow(controller: CameraController): void {
    const service = controller.recordingManagement?.recordingManagementService;
    if (service === undefined) return;
    this.#unfollow();
    this.#active = service.getCharacteristic(this.#hap.Characteristic.Active);
    this.#audioActive = service.getCharacteristic(this.#hap.Characteristic.RecordingAudioActive);
    this.#active.on('change', this.#activeChanged);
  }

  updateRecordingActive(active: boolean): void {
    this.#toldActive = active;
    this.#activeChanged();
  }

  /** What runs goes on as it began. */
  updateRecordingConfiguration(configuration: CameraRecordingConfiguration | undefined): void {
    this.#configuration = configuration;
  }

  /** @throws HDSProtocolError where there is nothing to send, with the reason the hub is told. */
  async *handleRecordingStreamRequest(streamId: number, signal?: AbortSignal): AsyncGenerator<RecordingPacket> {
    const configuration = this.#configuration;
    if (!this.isActive || this.#isDisposed) throw this.#refusal('NOT_ALLOWED');
    if (configuration === undefined) throw this.#refusal('INVALID_CONFIGURATION');
    if (this.#running !== undefined && this.#running.recording.end === undefined) throw this.#refusal('BUSY');
    if (signal?.aborted === true) return;

    const wish = this.#wish(configuration);
    const recording = this.#begin(wish);
    const [startedWallMs, startedMs] = [this.#clock.wall(), this.#clock.monotonic()];
    const running: Running = { streamId, recording, wish, startedWallMs, startedMs, closedFor: undefined, hasFailed: false };
    this.#running = running;
    const abort = (): void => recording.cancel();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      yield* recording.packets();
    } catch {
      running.hasFailed = true;
    } finally {
      signal?.removeEventListener('abort', abort);
      if (this.#running === running) this.#running = undefined;
      this.#ended(running);
    }
    if (running.hasFailed) throw this.#refusal('UNEXPECTED_FAILURE');
    // A hub that waits for a first fragment is told at once that none comes.
    if (recording.figures.fragments === 0 && !recording.isCancelled) throw this.#refusal('TIMEOUT');
  }

  acknowledgeStream(streamId: number): void {
    if (this.#running?.streamId === streamId) this.#running.recording.cancel('the hub has all it wanted');
  }

  /** @param reason - Absent: the connection is gone. */
  closeRecordingStream(streamId: number, reason: number | undefined): void {
    if (this.#running?.streamId !== streamId) {
      this.#context.log.debug(`${this.#name()}: Home's recording ${streamId}, which had ended, was closed: ${closeWords(reason)}`);
      return;
    }
    this.#running.closedFor = reason;
    this.#running.recording.cancel(closeWords(reason));
  }

  /** Ends what runs, begins nothing more and listens to nothing. */
  dispose(): void {
    this.#isDisposed = true;
    this.#unfollow();
    this.#running?.recording.stop('the plugin stops');
  }

  readonly #activeChanged = (): void => {
    if (!this.isActive) this.#running?.recording.stop('recording was switched off in Home');
  };

  #refusal(reason: keyof HapValues['HDSProtocolSpecificErrorReason']): Error {
    return new this.#hap.HDSProtocolError(hapValues(this.#hap).HDSProtocolSpecificErrorReason[reason]);
  }

  #unfollow(): void {
    this.#active?.off('change', this.#activeChanged);
    this.#active = this.#audioActive = undefined;
  }

  #name(): string {
    return this.#context.camera()?.name ?? this.#context.id;
  }

  #wish({ prebufferLength, mediaContainerConfiguration, videoCodec, audioCodec }: CameraRecordingConfiguration): RecordingWish {
    const [width, height, fps] = videoCodec.resolution;
    const { fragmentLength } = mediaContainerConfiguration;
    const sampleRate = SAMPLE_RATES[audioCodec.samplerate];
    const wantsSound = Boolean(this.#audioActive?.value) && this.#context.settings.audio && sampleRate !== undefined;
    return {
      width,
      height,
      fps,
      kbps: videoCodec.parameters.bitRate,
      fragmentMs: fragmentLength > 0 ? fragmentLength : DEFAULT_FRAGMENT_MS,
      prebufferMs: Math.max(0, prebufferLength),
      sound: wantsSound ? { sampleRate, kbps: audioCodec.bitrate } : undefined,
    };
  }

  #begin(wish: RecordingWish): Recording {
    const now = this.#clock.monotonic();
    for (const [stream, untilMs] of this.#notCopiedUntil) if (untilMs <= now) this.#notCopiedUntil.delete(stream);
    const context = this.#context;
    const { maxRecordingKbps, audio } = context.settings;
    const video = chooseVideo(context.camera(), wish, { maxKbps: maxRecordingKbps, notCopied: new Set(this.#notCopiedUntil.keys()) });
    return new Recording({ context, clock: this.#clock, wish, video, sound: chooseSound(context.camera(), wish, audio) });
  }

  #ended({ recording, wish, startedWallMs, startedMs, closedFor, hasFailed }: Running): void {
    const { unfit, hasSound, end = 'it ended', choice } = recording;
    const { headerMs, firstFragmentMs, fragments, bytes, mediaSeconds, soundFrames } = recording.figures;
    if (unfit !== undefined) this.#notCopiedUntil.set(unfit, this.#clock.monotonic() + NOT_COPIED_MS);
    const [request, sent] = [wishWords(wish), choiceWords(choice, hasSound ? soundFrames : undefined)];
    const begun =
      headerMs === undefined ? 'nothing was sent' : `header after ${Math.round(headerMs)} ms, ${fragments} fragments of ${mediaSeconds.toFixed(1)} s`;
    const line = `${this.#name()}: recording for Home, ${request}: ${sent}; ${begun}; ended: ${end}`;
    if (fragments === 0 || hasFailed || isBadReason(closedFor)) this.#context.log.warn(line);
    else this.#context.log.info(line);
    this.#context.sessions.add({
      kind: 'recording',
      cameraId: this.#context.id,
      at: new Date(startedWallMs).toISOString(),
      request,
      sent,
      ...(firstFragmentMs === undefined ? {} : { firstPictureMs: Math.round(firstFragmentMs) }),
      seconds: Math.round((this.#clock.monotonic() - startedMs) / 100) / 10,
      packets: fragments,
      bytes,
      end,
    });
  }
}
