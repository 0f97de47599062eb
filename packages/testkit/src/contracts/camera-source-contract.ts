// What every `CameraSource` does, whatever it connects to.
import { type CameraSource, type Packet, RecorderError, type SourceRequest, type SourceRun, type StreamInfo } from '@nightjar/core';
import { waitUntil } from './wait-until.ts';

/** A source under test. */
export interface CameraSourceUnderTest {
  readonly source: CameraSource;
  /** Something that can be opened and sends at least 20 video packets. */
  readonly request: SourceRequest;
  /** Something nobody answers at, or that refuses. */
  readonly unreachable?: SourceRequest;
  /** Lets time pass. Default: really. */
  readonly pass?: (ms: number) => Promise<void>;
}

interface Opened {
  readonly run: SourceRun;
  readonly calls: ('info' | 'packet')[];
  readonly infos: StreamInfo[];
  readonly packets: Packet[];
  readonly abort: AbortController;
}

const WANTED_PACKETS = 20;
/** So long that packets which come sooner were not gathered. */
const LONG_GATHER_MS = 4000;
const ROUNDING_US = 3000;

/** Declares the suite; call it inside a test file. */
export function describeCameraSource(name: string, create: () => CameraSourceUnderTest | Promise<CameraSourceUnderTest>): void {
  describe(`${name} keeps the camera source contract`, () => {
    it('says what the stream is before its first packet, once', async () => {
      const { opened, stop } = await collect(await create());
      await stop();
      expect(opened.calls[0]).toBe('info');
      expect(opened.infos).toHaveLength(1);
      expect(opened.infos[0]?.video.width).toBeGreaterThan(0);
      expect(opened.infos[0]?.video.parameterSets.length).toBeGreaterThan(0);
    });

    it('hands over whole packets with decode times that only rise', async () => {
      const { opened, stop } = await collect(await create());
      await stop();
      for (const track of ['video', 'audio'] as const) {
        const times = opened.packets.filter((packet) => packet.track === track).map((packet) => packet.dtsUs);
        expect(times.every((time, index) => index === 0 || time > (times[index - 1] as number))).toBe(true);
      }
      expect(opened.packets.every((packet) => packet.data.length > 0 && packet.durationUs > 0)).toBe(true);
      expect(opened.packets.some((packet) => packet.track === 'video' && packet.isKey)).toBe(true);
    });

    it('ends without an error when it is told to stop, and is silent afterwards', async () => {
      const { opened, stop } = await collect(await create());
      await stop();
      const before = opened.calls.length;
      await opened.run.done;
      expect(opened.calls).toHaveLength(before);
    });

    it('hands packets over as they come when it may not gather them any more, and loses none by that', async () => {
      const subject = await create();
      const opened = open(subject, { ...subject.request, audio: false, gatherMs: LONG_GATHER_MS });
      await waitUntil(() => opened.packets.length > 0, subject.pass, LONG_GATHER_MS * 2);
      opened.run.setGathering(false);
      const before = opened.packets.length;
      await waitUntil(() => opened.packets.length >= before + WANTED_PACKETS / 2, subject.pass, LONG_GATHER_MS - 1000);
      opened.run.setGathering(true);
      opened.abort.abort();
      await finished(opened, subject);
      const steps = opened.packets.slice(1).map((packet, index) => packet.dtsUs - (opened.packets[index]?.dtsUs ?? 0));
      expect(steps.every((step, index) => Math.abs(step - (opened.packets[index]?.durationUs ?? 0)) < ROUNDING_US)).toBe(true);
    });

    it('does nothing for a signal that was aborted before', async () => {
      const subject = await create();
      const abort = new AbortController();
      abort.abort();
      const opened = open(subject, subject.request, abort);
      await finished(opened, subject);
      expect(opened.calls).toEqual([]);
    });

    it('says so when nobody answers', async () => {
      const subject = await create();
      if (subject.unreachable === undefined) return;
      const opened = open(subject, subject.unreachable);
      const error = await finished(opened, subject).then(
        () => undefined,
        (reason: unknown) => RecorderError.of(reason),
      );
      expect(['CAPTURE_CONNECT_FAILED', 'CAPTURE_CONNECT_TIMEOUT']).toContain(error?.code);
      expect(opened.packets).toEqual([]);
    });
  });
}

function open(subject: CameraSourceUnderTest, request: SourceRequest, abort = new AbortController()): Opened {
  const calls: Opened['calls'] = [];
  const infos: StreamInfo[] = [];
  const packets: Packet[] = [];
  const sink = {
    onInfo: (info: StreamInfo): void => {
      calls.push('info');
      infos.push(info);
    },
    onPacket: (packet: Packet): void => {
      calls.push('packet');
      packets.push(packet);
    },
  };
  return { run: subject.source.open(request, sink, abort.signal), calls, infos, packets, abort };
}

async function collect(subject: CameraSourceUnderTest): Promise<{ readonly opened: Opened; readonly stop: () => Promise<void> }> {
  const opened = open(subject, subject.request);
  await waitUntil(() => opened.packets.filter((packet) => packet.track === 'video').length >= WANTED_PACKETS, subject.pass);
  const stop = async (): Promise<void> => {
    opened.abort.abort();
    await finished(opened, subject);
  };
  return { opened, stop };
}

async function finished(opened: Opened, subject: CameraSourceUnderTest): Promise<void> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  opened.run.done.then(over, over);
  await waitUntil(() => isOver, subject.pass);
  await opened.run.done;
}
