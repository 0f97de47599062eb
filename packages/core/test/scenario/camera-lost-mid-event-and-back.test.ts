import type { RunScript } from '@nightjar/testkit';
import { numbersFrom, Scenario } from './scenario.ts';

const lostAfter = (seconds: number): RunScript => ({ steps: [{ kind: 'play', seconds }, { kind: 'drop' }] });

describe('a camera that is lost in the middle of an event', () => {
  it('leaves a whole event, and what moves when it is back makes another', async () => {
    const scenario = await Scenario.start({ runs: [lostAfter(20), {}] });
    await scenario.pass(15);
    await scenario.move(20);
    await scenario.pass(10);
    const [first, second, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(first!.row.state).toBe('ready');
    expect(first!.frames.at(-1)).toBe(199);
    expect(second!.frames[0]).toBe(200);
    expect(second!.row.state).toBe('ready');
    expect(scenario.pipeline.state()).toMatchObject({ status: 'online', reconnects: 1 });
    await scenario.stop();
  });

  it('leaves a gap in the ledger of a camera that should always be recorded', async () => {
    const scenario = await Scenario.start({
      camera: { function: 'record' },
      runs: [lostAfter(20), { refuse: 'CAPTURE_CONNECT_FAILED' }, { refuse: 'CAPTURE_CONNECT_TIMEOUT' }, {}],
    });
    await scenario.pass(60);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
    const [gap, ...others] = await scenario.gaps();
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ cameraId: 'porch', reason: 'camera-offline', fromMs: events[0]!.row.endMs, toMs: events[1]!.row.startMs });
    expect(gap!.toMs - gap!.fromMs).toBeGreaterThan(10_000);
  });

  it('is told when it stalls, and its alert is over once pictures come', async () => {
    const scenario = await Scenario.start({
      camera: { function: 'record' },
      runs: [
        {
          steps: [
            { kind: 'play', seconds: 10 },
            { kind: 'stall', seconds: 3600 },
          ],
        },
        { connectMs: 5000 },
      ],
    });
    await scenario.pass(22);
    expect(scenario.pipeline.state()).toMatchObject({ status: 'stalled', recording: false, fps: 0, problem: 'rtsp://192.0.2.10/main sent nothing for 10 s' });
    expect(scenario.alerts.list()).toMatchObject([{ id: 'camera-lost-porch', level: 'warning', text: expect.stringContaining('Front porch is stalled') }]);
    await scenario.pass(10);
    expect(scenario.pipeline.state()).toMatchObject({ status: 'online', recording: true });
    expect(scenario.alerts.list()).toEqual([]);
    expect(await scenario.gaps()).toMatchObject([{ reason: 'camera-stalled' }]);
    await scenario.stop();
    expect(scenario.env.log.print()).not.toContain('s3cret');
  });

  it('begins another file when its picture changes, and nothing is missing that it sent', async () => {
    const scenario = await Scenario.start({
      camera: { function: 'record' },
      runs: [{ steps: [{ kind: 'play', seconds: 10 }, { kind: 'change' }] }, { codec: 'h265', width: 1920, height: 1080 }],
    });
    await scenario.pass(20);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.map(({ row }) => `${row.videoCodec} ${row.width}x${row.height}`)).toEqual(['avc1.64001f 640x360', 'hvc1.1.6.L93.B0 1920x1080']);
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
  });
});
