// What is missing of a camera because the recorder was away: since it stopped, never since something moved last.
import { cameraSettings, sourceOf } from '../../test/camera-settings.ts';
import { type CameraScripts, type FakeEnvironment, fakeEnvironment } from '../../test/fake-environment.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraSettings } from '../model/camera.ts';
import { RecorderApp } from './recorder-app.ts';

const WEEK_MS = 7 * 86_400_000;
const IDLE_MS = 300_000;

/** The database and the disk outlast the recorder; whoever is killed just stops mattering. */
const born = async (before: FakeEnvironment | undefined, cameras: readonly CameraSettings[], scripts?: CameraScripts) => {
  const fresh = fakeEnvironment(scripts);
  const { events, gaps, areas, disk, storedSettings, storedCameras, files, videos, journal } = before ?? fresh;
  const env: FakeEnvironment = { ...fresh, events, search: events, gaps, areas, disk, storedSettings, storedCameras, files, videos, journal };
  if (before !== undefined) await env.clock.advance(before.clock.wall() - env.clock.wall());
  const app = new RecorderApp({ config: recorderConfig({ cameras }), env, version: '1.2.3' });
  return { env, app };
};

type Life = Awaited<ReturnType<typeof born>>;

const stop = async ({ env, app }: Life): Promise<void> => {
  let isStopped = false;
  void app.stop().then(() => {
    isStopped = true;
  });
  for (let step = 0; step < 100 && !isStopped; step += 1) await env.clock.advance(100);
};

const gapsOf = ({ env }: Life) => env.gaps.list('porch', 0, Number.MAX_SAFE_INTEGER);

/** Something moves once, then nothing for long. */
const thenIdle = async (life: Life): Promise<void> => {
  await life.app.start();
  await life.env.clock.advance(10_000);
  life.env.analyzer.isMoving = true;
  await life.env.clock.advance(3000);
  life.env.analyzer.isMoving = false;
  await life.env.clock.advance(IDLE_MS);
};

const modect = cameraSettings({ function: 'modect' });

describe('what is missing after a restart', () => {
  it('of a camera for motion is the time between the stop and the first picture', async () => {
    const first = await born(undefined, [modect]);
    await thenIdle(first);
    const stoppedMs = first.env.clock.wall();
    await stop(first);
    expect(await gapsOf(first)).toEqual([]);
    await first.env.clock.advance(60_000);
    const second = await born(first.env, [modect]);
    const startedMs = second.env.clock.wall();
    await second.app.start();
    await second.env.clock.advance(5000);
    const [gap, ...others] = await gapsOf(second);
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ reason: 'recorder-stopped', fromMs: stoppedMs });
    expect(gap!.toMs).toBeGreaterThanOrEqual(startedMs);
    expect(gap!.toMs - startedMs).toBeLessThan(2000);
    await stop(second);
  });

  it('of a recorder that was killed begins where it was last known to be alive', async () => {
    const first = await born(undefined, [modect]);
    await thenIdle(first);
    const killedMs = first.env.clock.wall();
    const second = await born(first.env, [modect]);
    await second.app.start();
    await second.env.clock.advance(5000);
    const [gap, ...others] = await gapsOf(second);
    expect(others).toEqual([]);
    expect(killedMs - gap!.fromMs).toBeGreaterThanOrEqual(0);
    expect(killedMs - gap!.fromMs).toBeLessThanOrEqual(15_000);
    await stop(second);
  });

  it('lasts until the camera delivers again, however long it stays away', async () => {
    const first = await born(undefined, [modect]);
    await thenIdle(first);
    const stoppedMs = first.env.clock.wall();
    await stop(first);
    const second = await born(first.env, [modect], { main: [...Array.from({ length: 3 }, () => ({ refuse: 'CAPTURE_CONNECT_FAILED' as const })), {}] });
    const startedMs = second.env.clock.wall();
    await second.app.start();
    await second.env.clock.advance(IDLE_MS);
    const [gap, ...others] = await gapsOf(second);
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ reason: 'recorder-stopped', fromMs: stoppedMs });
    expect(gap!.toMs - startedMs).toBeGreaterThan(2000);
    await stop(second);
  });

  it('of a camera that is always recorded begins with its last frame, whether it was stopped or killed', async () => {
    const camera = cameraSettings({ function: 'record' });
    const first = await born(undefined, [camera]);
    await first.app.start();
    await first.env.clock.advance(20_000);
    const stoppedMs = first.env.clock.wall();
    await stop(first);
    await first.env.clock.advance(WEEK_MS);
    const second = await born(first.env, [camera]);
    await second.app.start();
    await second.env.clock.advance(20_000);
    const [gap, ...others] = await gapsOf(second);
    expect(others).toEqual([]);
    expect(Math.abs(gap!.fromMs - stoppedMs)).toBeLessThan(500);
    expect(gap!.toMs - gap!.fromMs).toBeGreaterThanOrEqual(WEEK_MS);
    await stop(second);
  });

  it('does not count a camera twice that was away when the recorder stopped', async () => {
    const camera = cameraSettings({ function: 'record' });
    const first = await born(undefined, [camera], {
      main: [{ steps: [{ kind: 'play', seconds: 10 }, { kind: 'drop' }] }, { refuse: 'CAPTURE_CONNECT_FAILED' }],
    } as CameraScripts);
    await first.app.start();
    await first.env.clock.advance(IDLE_MS);
    const stoppedMs = first.env.clock.wall();
    await stop(first);
    const second = await born(first.env, [camera]);
    await second.app.start();
    await second.env.clock.advance(20_000);
    const [offline, stopped, ...others] = [...(await gapsOf(second))].sort((a, b) => a.fromMs - b.fromMs);
    expect(others).toEqual([]);
    expect(offline!.reason).not.toBe('recorder-stopped');
    expect(stopped).toMatchObject({ reason: 'recorder-stopped', fromMs: stoppedMs });
    await stop(second);
  });

  it('is nothing for a camera that is new, or that recorded nothing', async () => {
    const first = await born(undefined, [cameraSettings({ id: 'yard', name: 'Yard', function: 'modect', source: sourceOf('rtsp://192.0.2.11/yard') })]);
    await first.app.start();
    await stop(first);
    const second = await born(first.env, [modect]);
    await second.app.start();
    await second.env.clock.advance(5000);
    expect(await gapsOf(second)).toEqual([]);
    await stop(second);
  });

  it('is not known where the database cannot be read, and recording begins all the same', async () => {
    const first = await born(undefined, [modect]);
    await thenIdle(first);
    await stop(first);
    const second = await born(first.env, [modect]);
    const { storedSettings } = second.env;
    const { all } = storedSettings;
    storedSettings.all = () => Promise.reject(new RecorderError('DATABASE_BUSY', 'locked'));
    await second.app.start();
    await second.env.clock.advance(20_000);
    storedSettings.all = all;
    expect(second.app.cameras()).toMatchObject([{ state: { status: 'online' } }]);
    await second.env.clock.advance(20_000);
    await stop(second);
    const third = await born(second.env, [modect]);
    await third.app.start();
    await third.env.clock.advance(5000);
    const [gap, ...others] = await gapsOf(third);
    expect(others).toEqual([]);
    expect(gap!.toMs - gap!.fromMs).toBeLessThan(5000);
    await stop(third);
  });

  it('raises no alert about a setting that is none', async () => {
    const first = await born(undefined, [modect]);
    await first.app.start();
    await stop(first);
    const second = await born(first.env, [modect]);
    await second.app.start();
    await second.env.clock.advance(5000);
    expect(second.app.alerts.list()).toEqual([]);
    await stop(second);
  });
});
