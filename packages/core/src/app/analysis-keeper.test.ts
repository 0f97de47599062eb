import { FakeClock, RecordingLogger } from '@nightjar/testkit';
import { cameraSettings } from '../../test/camera-settings.ts';
import { FakeMotionAnalyzer } from '../../test/fake-motion-analyzer.ts';
import { packetAt, packetStream } from '../../test/packets.ts';
import type { AnalysisMode } from '../model/camera.ts';
import { AnalysisKeeper } from './analysis-keeper.ts';

function keep({ mode = 'continuous', fps = 5, gopMs = 2000 }: { mode?: AnalysisMode; fps?: number; gopMs?: number } = {}) {
  const clock = new FakeClock();
  const analyzer = new FakeMotionAnalyzer();
  const log = new RecordingLogger();
  const downs: boolean[] = [];
  let reports = 0;
  const keeper = new AnalysisKeeper({
    camera: cameraSettings({ detect: { mode, fps } }),
    analyzer,
    clock,
    log,
    onReport: () => (reports += 1),
    onDown: (down) => downs.push(down),
  });
  let ms = 0;
  /** The camera sends 10 pictures a second for so long. */
  const send = async (seconds: number): Promise<void> => {
    for (let count = 0; count < seconds * 10; count++, ms += 100) {
      keeper.push(packetAt({ ms, isKey: ms % gopMs === 0 }));
      await clock.advance(100);
    }
  };
  keeper.runStarted(packetStream);
  return { clock, analyzer, log, downs, keeper, send, reports: () => reports };
}

describe('AnalysisKeeper', () => {
  it('hands packets to a session and its reports on', async () => {
    const { analyzer, keeper, send, reports, downs } = keep();
    keeper.push(packetAt({ ms: 0, track: 'audio' }));
    await send(10);
    expect(analyzer.sessions).toHaveLength(1);
    expect(analyzer.sessions[0]?.request).toMatchObject({ mode: 'continuous', fps: 5, live: true, alarmFrameCount: 2, postRollSeconds: 5 });
    expect([analyzer.sessions[0]?.fed.length, reports(), downs]).toEqual([100, 100, []]);
    await keeper.stop();
    expect(analyzer.live).toBe(0);
  });

  it('opens none where analysis is off', async () => {
    const { analyzer, keeper, send } = keep({ mode: 'off' });
    await send(2);
    expect(analyzer.sessions).toEqual([]);
    await keeper.stop();
  });

  it.each(['continuous', 'keyframes'] as const)('%s: counts as down after 5 s of unanswered pictures and is replaced after 10', async (mode) => {
    const { analyzer, send, downs, log, keeper } = keep({ mode });
    await send(10);
    analyzer.isSilent = true;
    await send(4);
    expect(downs).toEqual([]);
    await send(5);
    expect(downs).toEqual([true]);
    expect(analyzer.sessions).toHaveLength(1);
    await send(7);
    log.expectLine('motion analysis fell silent; starting again in 1 s', 'warn');
    expect(analyzer.sessions.length).toBeGreaterThan(1);
    analyzer.isSilent = false;
    await send(40);
    expect(downs).toEqual([true, false]);
    await keeper.stop();
  });

  it('is not down because key pictures are rare', async () => {
    const { downs, analyzer, send, keeper } = keep({ mode: 'keyframes', gopMs: 60_000 });
    await send(180);
    expect([downs, analyzer.sessions.length]).toEqual([[], 1]);
    await keeper.stop();
  });

  it.each([
    [true, []],
    [false, [true]],
  ])('expects the verdict on a key picture with the next one where there are B-frames: %s', async (hasBFrames, expected) => {
    const { downs, analyzer, keeper, clock } = keep({ mode: 'keyframes' });
    analyzer.isSilent = true;
    for (let ms = 0; ms < 16_000; ms += 100) {
      // The session answers for the key picture before when the next one comes.
      if (ms === 8000 && hasBFrames) analyzer.isSilent = false;
      keeper.push(packetAt({ ms, isKey: ms % 8000 === 0, delayMs: hasBFrames ? 200 : 0 }));
      await clock.advance(100);
    }
    expect(downs).toEqual(expected);
    await keeper.stop();
  });

  it('is not down because it looks at few pictures', async () => {
    const { downs, analyzer, send, keeper } = keep({ fps: 0.1 });
    await send(5);
    analyzer.isSilent = true;
    await send(20);
    expect(downs).toEqual([]);
    await send(15);
    expect(downs).toEqual([true]);
    await keeper.stop();
  });

  it('is not down because the camera stalls', async () => {
    const { downs, analyzer, send, clock, keeper } = keep();
    await send(5);
    analyzer.isSilent = true;
    await send(0.1);
    await clock.advance(60_000);
    expect([downs, analyzer.sessions.length]).toEqual([[], 1]);
    await keeper.stop();
  });

  it('gives a new session the time until a key picture comes, down meanwhile', async () => {
    const { downs, analyzer, send, keeper } = keep({ gopMs: 60_000 });
    await send(5);
    analyzer.fail('crash');
    await send(50);
    expect(downs).toEqual([true]);
    expect(analyzer.sessions).toHaveLength(2);
    await send(10);
    expect(downs).toEqual([true, false]);
    await keeper.stop();
  });

  it('is down from the moment a session dies until the next one has a verdict', async () => {
    const { downs, analyzer, send, keeper } = keep({ gopMs: 500 });
    await send(3);
    analyzer.fail('killed');
    expect(downs).toEqual([true]);
    await send(3);
    expect(downs).toEqual([true, false]);
    await keeper.stop();
  });

  it('starts again ever less often, and anew after a report', async () => {
    const { analyzer, clock, keeper, log, send } = keep();
    for (let failure = 0; failure < 7; failure++) {
      analyzer.fail(`crash ${failure}`);
      const before = analyzer.sessions.length;
      while (analyzer.sessions.length === before) await clock.advance(1000);
    }
    expect(log.find('crash', 'warn').map(({ message }) => message.replace(/^.* in /, ''))).toEqual(['1 s', '2 s', '4 s', '8 s', '16 s', '30 s', '30 s']);
    await send(3);
    analyzer.fail('once more');
    log.expectLine('once more; starting again in 1 s');
    await keeper.stop();
  });

  it('hears nothing of sessions that are over', async () => {
    const { analyzer, keeper, reports, log, downs } = keep();
    const old = analyzer.sessions[0]!;
    keeper.runEnded();
    keeper.runStarted(packetStream);
    old.feed(packetAt({ ms: 0, isKey: true }));
    old.fail(new Error('late'));
    expect([reports(), analyzer.sessions.length, downs]).toEqual([0, 2, []]);
    log.expectNoLine('late');
    await keeper.stop();
  });

  it('counts what all its sessions dropped', async () => {
    const { analyzer, keeper } = keep();
    analyzer.sessions[0]!.dropped = 3;
    keeper.runEnded();
    keeper.runStarted(packetStream);
    analyzer.sessions[1]!.dropped = 4;
    expect(keeper.dropped).toBe(7);
    await keeper.stop();
    expect(keeper.dropped).toBe(7);
  });

  it('is down while its stream is lost, once, until it reports again', async () => {
    const { keeper, downs, send } = keep();
    await send(1);
    keeper.runEnded();
    keeper.streamLost();
    keeper.streamLost();
    expect(downs).toEqual([true]);
    keeper.runStarted(packetStream);
    await send(4);
    expect(downs).toEqual([true, false]);
    await keeper.stop();
  });

  it('watches nothing once it is stopped', async () => {
    const { keeper, clock } = keep();
    await keeper.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
