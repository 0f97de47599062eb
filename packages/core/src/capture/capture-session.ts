// One connection = one run: packets with an unbroken clock, until it ends with a reason. It never retries.
import { parameterSetsDiffer, trackFromInBand } from '@nightjar/media';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import { monotonicMs } from '../model/time.ts';
import type { CameraSource, SourceRequest, SourceRun } from '../ports/camera-source.ts';
import type { Clock } from '../ports/clock.ts';
import { abortWith } from '../util/abort-with.ts';
import { CalendarWatch } from '../util/calendar-watch.ts';
import { ClockMapper } from './clock-mapper.ts';
import { RunOpening } from './run-opening.ts';

/** Who hears of a run's packets. */
export interface SessionListener {
  onStart(info: StreamInfo): void;
  onPacket(packet: Packet): void;
  /** This machine's calendar was set, by so many milliseconds: what comes now is another run, on the same connection; `onStart` follows. */
  onClockSet(byMs: number): void;
  /** The camera's clock jumped; the media clock did not. */
  onClockJump(): void;
  /** The connection is being opened. */
  onOpen?(run: SourceRun): void;
  /** Before `onStart`: the first key picture disagreed with what was announced, and `takesInBand` holds. */
  onTakenInBand(): void;
}

/** What a session needs. */
export interface SessionOptions {
  readonly camera: CameraSource;
  readonly request: SourceRequest;
  readonly stallTimeoutMs: number;
  readonly clock: Clock;
  /** Whether the first key picture's own parameter sets make the track where they are others than the announced ones; else that ends the run. */
  readonly takesInBand?: boolean;
}

/** Whether a run ended because its very first key picture was another one than was announced. */
export const disagreesAtStart = (error: RecorderError): boolean => error.code === 'CAPTURE_STREAM_CHANGED' && error.context['atStart'] === true;

const WATCH_EVERY_MS = 250;
/** The picture before a jump of the camera's clock claims to last until after it. */
const LONGEST_DURATION_US = 2_000_000;

/**
 * Runs one connection to its end.
 *
 * @returns Nothing; resolves when `signal` aborted.
 * @throws RecorderError why the run ended (`CAPTURE_*`).
 */
export async function runSession(options: SessionOptions, listener: SessionListener, signal: AbortSignal): Promise<void> {
  const { camera, request, stallTimeoutMs, clock, takesInBand = false } = options;
  const { controller: ending, release } = abortWith(signal);
  let info: StreamInfo | undefined;
  let started = false;
  let sawKey = false;
  let lastMs: number = clock.monotonic();
  let failure: RecorderError | undefined;
  /** All that belongs to one calendar. */
  const beginTimes = (): { readonly calendar: CalendarWatch; readonly mapper: ClockMapper; readonly opening: RunOpening } => {
    const mapper = new ClockMapper({ wall: clock.wall(), monotonic: clock.monotonic() });
    const opening = new RunOpening(clock, (ptsUs) => mapper.wallAt(ptsUs), {
      onOpen: () => info !== undefined && listener.onStart(info),
      onPacket: (packet) => listener.onPacket(packet),
    });
    return { calendar: new CalendarWatch(clock), mapper, opening };
  };
  let times = beginTimes();
  const end = (error: RecorderError): void => {
    failure ??= error;
    ending.abort('failed');
  };
  /** Whether a key picture is one of the run's track; ends the run where it is not. */
  const agrees = (key: Packet): boolean => {
    const atStart = !sawKey;
    sawKey = true;
    if (info === undefined || !parameterSetsDiffer(key.data, info.video)) return true;
    if (takesInBand && atStart) {
      info = { ...info, video: trackFromInBand(info.video, key.data) };
      listener.onTakenInBand();
      return true;
    }
    end(new RecorderError('CAPTURE_STREAM_CHANGED', `${request.source.label} changed its picture size or codec`, { context: { atStart } }));
    return false;
  };
  /** Times go on by the calendar as it is now. */
  const followCalendar = (): void => {
    const byMs = times.calendar.setByMs;
    if (byMs === 0) return;
    times.opening.end();
    listener.onClockSet(byMs);
    times = beginTimes();
  };
  let watchedMs: number = lastMs;
  const stopWatching = clock.every(WATCH_EVERY_MS, () => {
    const nowMs = clock.monotonic();
    // While this process did not run (frozen, or kept from running) it heard nothing: what came meanwhile is read after this.
    lastMs += Math.max(0, nowMs - watchedMs - 2 * WATCH_EVERY_MS);
    watchedMs = nowMs;
    const waitedMs = nowMs - lastMs;
    const { label } = request.source;
    if (started && waitedMs > stallTimeoutMs) end(new RecorderError('CAPTURE_STALLED', `${label} sent nothing for ${stallTimeoutMs / 1000} s`));
    // The source watches its connection; a stream of sound alone, which it takes for one, is noticed here.
    const limitMs = request.connectTimeoutMs + stallTimeoutMs;
    if (!started && waitedMs > limitMs) end(new RecorderError('CAPTURE_CONNECT_TIMEOUT', `${label} sent no picture within ${limitMs / 1000} s`));
  });
  const run = camera.open(
    request,
    {
      onInfo: (next) => {
        info = next;
      },
      onPacket: (raw) => {
        if (info === undefined || ending.signal.aborted) return;
        const arrived = clock.monotonic();
        if (raw.track === 'video') {
          lastMs = arrived;
          if (raw.isKey && !agrees(raw)) return;
          if (raw.isKey && started) followCalendar();
        }
        // Sound before the first picture belongs to no picture, and pictures before the first key picture to no track yet.
        if (!started && (raw.track !== 'video' || (takesInBand && !raw.isKey))) return;
        const mapped = times.mapper.map(raw.track, raw, monotonicMs(arrived));
        started = true;
        if (mapped.jumped && raw.track === 'video') listener.onClockJump();
        times.opening.push({
          track: raw.track,
          data: raw.data,
          ptsUs: mapped.ptsUs,
          dtsUs: mapped.dtsUs,
          durationUs: Math.min(raw.durationUs, LONGEST_DURATION_US),
          isKey: raw.isKey,
          wallMs: mapped.wallMs,
        });
      },
    },
    ending.signal,
  );
  listener.onOpen?.(run);
  try {
    await run.done;
    if (failure !== undefined) throw failure;
    if (!signal.aborted) throw new RecorderError('CAPTURE_LOST', `${request.source.label} ended`);
  } catch (error) {
    if (signal.aborted) return;
    throw failure ?? RecorderError.wrap(error, 'CAPTURE_LOST', request.source.label);
  } finally {
    times.opening.end();
    stopWatching();
    release();
  }
}
