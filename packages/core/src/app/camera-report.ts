// What is known and said of one camera: its status, its stream's figures, its alerts. It decides nothing.
import type { CameraStream } from '@nightjar/client';
import { StreamFactsMeter } from '../capture/stream-facts.ts';
import type { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { CameraSettings, CameraState, CameraStatus } from '../model/camera.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { WallMs } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { streamView } from './stream-view.ts';

/** What a report needs and whom it tells. */
export interface CameraReportOptions {
  readonly camera: CameraSettings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alerts: AlertBoard;
  /** Status, problem or recording changed. */
  onChange(): void;
}

/** The part of a camera's state that its report does not know. */
export type LiveState = Omit<CameraState, keyof StreamState | 'problem'>;

type StreamState = Pick<CameraState, 'status' | 'since' | 'fps' | 'bitrateKbps' | 'gopSeconds' | 'codec' | 'width' | 'height'>;

/** One camera's report. */
export class CameraReport {
  readonly #options: CameraReportOptions;
  #camera: CameraSettings;
  #isRetired = false;
  #facts = new StreamFactsMeter();
  #info: StreamInfo | undefined;
  #status: CameraStatus = 'offline';
  #problem: string | undefined;
  #sinceMs: WallMs;
  #wasRecording = false;
  #frames = 0;
  #lastFrameMs: WallMs | undefined;

  constructor(options: CameraReportOptions) {
    this.#options = options;
    this.#camera = options.camera;
    this.#sinceMs = options.clock.wall();
  }

  /** The tracks of the newest run. */
  get info(): StreamInfo | undefined {
    return this.#info;
  }

  /** Other names and intervals. */
  takeSettings(camera: CameraSettings): void {
    this.#camera = camera;
  }

  /** The camera is removed, or another pipeline reports it: its alerts are over, and nothing is said any more. */
  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    for (const id of [this.#lostAlert, this.#analysisAlert, this.#writingAlert]) this.#options.alerts.clear(id);
  }

  /** Capture time of the newest frame of any run. */
  get lastFrameMs(): WallMs | undefined {
    return this.#lastFrameMs;
  }

  /** The camera's connection, and how far its key frames are apart (0: not known). */
  connection(): Pick<CameraState, 'status' | 'problem' | 'gopSeconds'> {
    const problem = this.#problem === undefined ? {} : { problem: this.#problem };
    return { status: this.#status, gopSeconds: this.#facts.read().gopSeconds, ...problem };
  }

  /** The main stream, as far as it was seen. */
  stream(): CameraStream {
    return streamView('main', this.#info, this.#facts.read());
  }

  runStarted(info: StreamInfo): void {
    this.#info = info;
    this.#facts = new StreamFactsMeter();
  }

  /** Measures a packet, and logs the figures every `fpsReportInterval` frames. */
  packet(packet: Packet): void {
    this.#facts.add(packet);
    if (packet.track === 'video') this.#lastFrameMs = packet.wallMs;
    const every = this.#camera.fpsReportInterval;
    if (packet.track !== 'video' || every <= 0) return;
    this.#frames += 1;
    if (this.#frames % every !== 0) return;
    const { fps, bitrateKbps, gopSeconds } = this.#facts.read();
    this.#options.log.info(`${this.#frames} frames, ${fps} fps, ${bitrateKbps} kb/s`, { gopSeconds });
  }

  status(status: CameraStatus, problem: string | undefined): void {
    if (this.#isRetired) return;
    const { alerts, clock } = this.#options;
    const camera = this.#camera;
    const isNew = status !== this.#status || problem !== this.#problem;
    if (status !== this.#status) this.#sinceMs = clock.wall();
    this.#status = status;
    this.#problem = problem;
    const id = this.#lostAlert;
    if (status === 'online') alerts.clear(id);
    else if (problem !== undefined) alerts.raise({ id, level: 'warning', text: `${camera.name} is ${status}: ${problem}`, cameraId: camera.id });
    if (isNew) this.#options.onChange();
  }

  recording(recording: boolean): void {
    if (recording === this.#wasRecording || this.#isRetired) return;
    this.#wasRecording = recording;
    this.#options.onChange();
  }

  analysisDown(down: boolean): void {
    if (this.#isRetired) return;
    const { alerts } = this.#options;
    const camera = this.#camera;
    const id = this.#analysisAlert;
    if (down) alerts.raise({ id, level: 'error', text: `motion analysis of ${camera.name} is down; footage is kept until it is back`, cameraId: camera.id });
    else alerts.clear(id);
  }

  /** One alert for an outage, however often it is tried again under new names. */
  writingFailed({ code, message }: RecorderError): void {
    if (this.#isRetired) return;
    const { alerts } = this.#options;
    const camera = this.#camera;
    if (alerts.list().some(({ id }) => id === this.#writingAlert)) return;
    const why = code === 'DISK_FULL' ? `the disk is full (${message})` : message;
    alerts.raise({ id: this.#writingAlert, level: 'error', text: `footage of ${camera.name} could not be stored: ${why}`, cameraId: camera.id });
  }

  writingWorks(): void {
    this.#options.alerts.clear(this.#writingAlert);
  }

  /** The camera's state, completed. */
  state(live: LiveState): CameraState {
    const { fps, bitrateKbps, gopSeconds } = this.#status === 'online' ? this.#facts.read() : { fps: 0, bitrateKbps: 0, gopSeconds: 0 };
    const video = this.#info?.video;
    return {
      status: this.#status,
      since: this.#sinceMs,
      fps,
      bitrateKbps,
      gopSeconds,
      codec: video?.codecString ?? '',
      width: video?.width ?? 0,
      height: video?.height ?? 0,
      ...live,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  get #lostAlert(): string {
    return `camera-lost-${this.#camera.id}`;
  }

  get #analysisAlert(): string {
    return `analysis-${this.#camera.id}`;
  }

  get #writingAlert(): string {
    return `recording-${this.#camera.id}`;
  }
}
