// The smaller stream of a camera: one connection for analysis and viewers, and none while nobody needs it.
import type { LiveOptions, LivePacket } from '@nightjar/client';
import { cameraSettings, sourceOf } from '../../test/camera-settings.ts';
import { type CameraScripts, fakeEnvironment } from '../../test/fake-environment.ts';
import { runApp } from '../../test/running-app.ts';
import type { CameraSettings } from '../model/camera.ts';

const SUB = sourceOf('rtsp://192.0.2.10/sub');

async function run(changes: Partial<CameraSettings> = {}, scripts: CameraScripts = {}) {
  const env = fakeEnvironment({ main: [{ audio: true, gopSeconds: 4 }], sub: [{ width: 320, height: 180, gopSeconds: 2 }], ...scripts });
  const camera = cameraSettings({ detect: { mode: 'continuous', fps: 5, source: SUB }, ...changes });
  const running = await runApp(env, [camera]);
  await env.clock.advance(5000);
  const [main, sub] = env.sources;
  /** What a viewer has got after so long. */
  const watch = async (options: LiveOptions, ms = 1000) => {
    const viewer = running.app.live('porch').watch(options);
    const packets: LivePacket[] = [];
    const reading = (async () => {
      for await (const packet of viewer) packets.push(packet);
    })();
    await env.clock.advance(ms);
    const leave = async () => {
      await viewer.return();
      await reading;
    };
    return { packets, leave };
  };
  return { ...running, main: main!, sub: sub!, watch };
}

describe('the sub stream', () => {
  it('is read once for analysis and viewers, who get its newest key frame at once', async () => {
    const { sub, watch, stop } = await run();
    expect(sub.requests).toHaveLength(1);
    const { packets, leave } = await watch({ stream: 'sub', audio: false }, 0);
    expect(packets[0]).toMatchObject({ track: 'video', isKey: true, tracks: { video: { width: 320 } } });
    expect(packets.length).toBeGreaterThan(1);
    await leave();
    expect([sub.requests.length, sub.live]).toEqual([1, 1]);
    await stop();
  });

  it('keeps more of the past than a home hub asks for', async () => {
    const { env, watch, stop } = await run({ preRollSeconds: 1 });
    await env.clock.advance(20_000);
    for (const stream of ['main', 'sub'] as const) {
      const { packets, leave } = await watch({ stream, audio: false, preRollSeconds: 8 }, 0);
      const newestUs = packets.at(-1)?.ptsUs ?? 0;
      expect(newestUs - (packets[0]?.ptsUs ?? newestUs)).toBeGreaterThanOrEqual(8_000_000);
      await leave();
    }
    await stop();
  });

  it('is opened for a viewer where nothing is looked for, and closed some seconds after the last one', async () => {
    const { env, sub, watch, stop, app } = await run({ function: 'monitor' });
    expect(sub.requests).toEqual([]);
    expect(app.camera('porch').streams).toMatchObject([{ stream: 'main' }, { stream: 'sub', codec: '', width: 0 }]);
    const one = await watch({ stream: 'sub' });
    const two = await watch({ stream: 'sub' });
    expect([one.packets.length > 0, two.packets.length > 0, sub.requests.length]).toEqual([true, true, 1]);
    await one.leave();
    await two.leave();
    await env.clock.advance(4000);
    expect(sub.live).toBe(1);
    const again = await watch({ stream: 'sub' });
    await again.leave();
    await env.clock.advance(6000);
    expect([sub.requests.length, sub.live]).toEqual([1, 0]);
    expect(app.camera('porch').streams?.[1]).toMatchObject({ stream: 'sub', width: 320, height: 180, fps: 10, gopSeconds: 2, hasBFrames: false });
    await stop();
  });

  it('is no business of recording when it breaks', async () => {
    const { env, app, watch, stop } = await run({ function: 'record' }, { sub: [{ steps: [{ kind: 'play', seconds: 1 }, { kind: 'drop' }] }] });
    const { leave } = await watch({ stream: 'sub' }, 20_000);
    expect(app.camera('porch').state).toMatchObject({ status: 'online', recording: true, reconnects: 0 });
    expect(await env.gaps.list('porch', 0, Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(app.alerts.list()).toEqual([]);
    await leave();
    await stop();
  });

  it('comes with the sound of the main stream in its own time', async () => {
    const { watch, stop } = await run({ function: 'monitor' });
    const { packets, leave } = await watch({ stream: 'sub' }, 3000);
    const [first] = packets;
    expect(first).toMatchObject({ track: 'video', isKey: true, tracks: { video: { width: 320 }, audio: { codec: 'aac' } } });
    expect(new Set(packets.map(({ tracks }) => tracks)).size).toBe(1);
    // The main stream had run for five seconds when the sub stream began.
    const lagsUs = packets.map(({ track, ptsUs }, index) =>
      track === 'audio' ? ptsUs - (packets.slice(0, index).findLast((other) => other.track === 'video')?.ptsUs ?? 0) : 0,
    );
    expect(Math.max(...lagsUs.map(Math.abs))).toBeLessThan(200_000);
    await leave();
    await stop();
  });

  it('ends its viewers when a camera has it no more', async () => {
    const { env, app, done, watch, stop } = await run();
    const { packets } = await watch({ stream: 'sub', audio: false });
    await done(app.running.set(cameraSettings()));
    const before = packets.length;
    await env.clock.advance(3000);
    expect(packets.length).toBe(before);
    const { packets: others, leave } = await watch({ stream: 'sub', audio: false });
    expect(others[0]).toMatchObject({ tracks: { video: { width: 640 } } });
    await leave();
    await stop();
  });
});

describe('a camera without sound', () => {
  it('says so to whoever wants sound alone, at once and now and then', async () => {
    const told: unknown[] = [];
    const { watch, stop } = await run({}, { main: [{}] });
    const { packets, leave } = await watch({ video: false, onWaiting: (...words) => told.push(words) }, 31_000);
    expect(packets).toEqual([]);
    expect(told).toEqual([0, 1, 2].map(() => ['online', 'it sends no sound']));
    await leave();
    await stop();
  });
});

describe('sound alone', () => {
  it('begins with what comes next, or so far back', async () => {
    const { watch, stop } = await run();
    const [now, before] = [await watch({ video: false }), await watch({ video: false, preRollSeconds: 2 }, 0)];
    expect(now.packets.every(({ track, tracks }) => track === 'audio' && tracks.video === undefined)).toBe(true);
    const spanUs = (now.packets.at(-1)?.ptsUs ?? 0) - (now.packets[0]?.ptsUs ?? 0);
    expect(spanUs).toBeLessThan(1_000_000);
    const pastUs = (before.packets.at(-1)?.ptsUs ?? 0) - (before.packets[0]?.ptsUs ?? 0);
    expect(pastUs).toBeGreaterThan(1_500_000);
    expect(pastUs).toBeLessThan(2_200_000);
    for (const { leave } of [now, before]) await leave();
    await stop();
  });
});
