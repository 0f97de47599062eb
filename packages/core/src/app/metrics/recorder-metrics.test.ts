import { cameraSettings, sourceOf } from '../../../test/camera-settings.ts';
import { type Family, parseExposition } from '../../../test/exposition.ts';
import { type CameraScripts, fakeEnvironment } from '../../../test/fake-environment.ts';
import { recorderConfig } from '../../../test/recorder-config.ts';
import type { CameraSettings } from '../../model/camera.ts';
import { METRICS } from '../../model/metric-list.ts';
import type { MetricFamily } from '../../util/metrics-register.ts';
import { RecorderApp } from '../recorder-app.ts';

async function start(cameras: readonly CameraSettings[], scripts?: CameraScripts) {
  const env = fakeEnvironment(scripts);
  const app = new RecorderApp({ config: recorderConfig({ cameras }), env, version: '1.2.3' });
  app.listensAt('http://127.0.0.1:8420');
  await app.start();
  const scrape = async () => parseExposition(await app.metrics.text());
  const stop = async (): Promise<void> => {
    const stopping = app.stop();
    await env.clock.advance(9000);
    await stopping;
  };
  return { env, app, scrape, stop };
}

/** The value of a family's sample with all of these labels. */
const figure = (
  families: ReadonlyMap<string, Family>,
  { name }: MetricFamily,
  labels: Readonly<Record<string, string>> = {},
  suffix = '',
): number | undefined =>
  families
    .get(name)
    ?.samples.find((sample) => sample.name === `${name}${suffix}` && Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value;

describe('the figures of a recorder', () => {
  it('tell what happened', async () => {
    const { env, app, scrape, stop } = await start(
      [
        cameraSettings(),
        cameraSettings({ id: 'yard', function: 'record', source: sourceOf('rtsp://192.0.2.11/yard') }),
        cameraSettings({ id: 'gate', function: 'nodect', source: sourceOf('rtsp://192.0.2.12/gate') }),
      ],
      { main: [{}], yard: [{ steps: [{ kind: 'play', seconds: 12 }, { kind: 'drop' }] }, {}], gate: [{}] },
    );
    await env.clock.advance(10_000);
    env.analyzer.isMoving = true;
    await env.clock.advance(3000);
    env.analyzer.isMoving = false;
    const triggered = app.triggers.signal({ cameraId: 'gate', action: 'on', source: 'pir' });
    await env.clock.advance(1500);
    await triggered;
    await env.clock.advance(20_000);
    app.metrics.answered('getHealth', 200, 0.003);
    app.metrics.answered('getHealth', 200, 20);
    const leaving = new AbortController();
    await app.live('porch').watch({ signal: leaving.signal })[Symbol.asyncIterator]().next();
    const families = await scrape();
    const porch = { camera: 'porch' };
    expect(figure(families, METRICS.buildInfo, { version: '1.2.3', server: 'rec1' })).toBe(1);
    expect(figure(families, METRICS.uptime)).toBe(35);
    expect(figure(families, METRICS.health, { status: 'ok' })).toBe(1);
    expect(figure(families, METRICS.health, { status: 'failing' })).toBe(0);
    expect(figure(families, METRICS.cameraOnline, porch)).toBe(1);
    expect(figure(families, METRICS.cameraReceivedFrames, porch)).toBeGreaterThan(330);
    expect(figure(families, METRICS.cameraFrameRate, porch)).toBe(10);
    expect(figure(families, METRICS.cameraAnalyzed, porch)).toBeGreaterThan(330);
    expect(figure(families, METRICS.cameraEventsOpened, { ...porch, cause: 'motion' })).toBe(1);
    expect(figure(families, METRICS.cameraEventsClosed, { ...porch, cause: 'motion' })).toBe(1);
    expect(figure(families, METRICS.cameraRecordedFrames, porch)).toBeGreaterThan(100);
    expect(figure(families, METRICS.cameraReconnects, { camera: 'yard' })).toBe(1);
    expect(figure(families, METRICS.cameraGaps, { camera: 'yard', reason: 'camera-offline' })).toBe(1);
    expect(figure(families, METRICS.cameraGapSeconds, { camera: 'yard', reason: 'camera-offline' })).toBeCloseTo(0.25, 1);
    expect(figure(families, METRICS.cameraViewers, porch)).toBe(1);
    expect(figure(families, METRICS.cameraSkipped, porch)).toBe(0);
    expect(figure(families, METRICS.cameraScore, { camera: 'yard' })).toBeUndefined();
    expect(figure(families, METRICS.cameraForced, { camera: 'gate', state: 'on' })).toBe(1);
    expect(figure(families, METRICS.cameraRecording, { camera: 'gate' })).toBe(1);
    expect(figure(families, METRICS.triggers, { action: 'on' })).toBe(1);
    expect(figure(families, METRICS.eventLatency, { stage: 'alarm_to_opened' }, '_count')).toBe(1);
    expect(figure(families, METRICS.eventLatency, { stage: 'closed_to_ready' }, '_count')).toBe(2);
    expect(figure(families, METRICS.areaUsable, { area: 'default' })).toBe(1);
    expect(figure(families, METRICS.areaFree, { area: 'default' })).toBeGreaterThan(0);
    expect(figure(families, METRICS.databaseRows)).toBe(0);
    expect(figure(families, METRICS.httpSeconds, { operation: 'getHealth', le: '0.005' }, '_bucket')).toBe(1);
    expect(figure(families, METRICS.httpSeconds, { operation: 'getHealth', le: '+Inf' }, '_bucket')).toBe(2);
    expect(figure(families, METRICS.memory)).toBe(80_000_000);
    leaving.abort();
    expect(figure(await scrape(), METRICS.cameraViewers, porch)).toBe(0);
    await stop();
  });

  it('stand in the list, with the labels that are said there', async () => {
    const { env, app, scrape, stop } = await start([cameraSettings()]);
    await env.clock.advance(5000);
    app.metrics.answered('getHealth', 200, 0.003);
    const listed = new Map(Object.values<MetricFamily>(METRICS).map((family) => [family.name, family]));
    const families = await scrape();
    expect(families.size).toBeGreaterThan(30);
    for (const [name, { type, samples }] of families) {
      const family = listed.get(name);
      expect([name, type]).toEqual([name, family?.type]);
      for (const { labels } of samples) expect([name, Object.keys(labels).filter((label) => label !== 'le')]).toEqual([name, family?.labels]);
    }
    await stop();
  });

  it('tell of a disk and a database that are away', async () => {
    const { env, scrape, stop } = await start([cameraSettings({ function: 'record' })]);
    await env.clock.advance(3000);
    env.events.failure = new Error('locked');
    env.disk.at('/events').identity = 'another disk';
    await env.clock.advance(61_000);
    const families = await scrape();
    expect(figure(families, METRICS.databaseTrouble)).toBe(1);
    expect(figure(families, METRICS.databaseRows)).toBe(1);
    expect(figure(families, METRICS.areaUsable, { area: 'default' })).toBe(0);
    expect(figure(families, METRICS.areaFree, { area: 'default' })).toBeUndefined();
    env.events.failure = undefined;
    await stop();
  });

  it('of 50 cameras are read in a blink, again and again, and are no more for being read', async () => {
    const cameras = Array.from({ length: 50 }, (_, index) => cameraSettings({ id: `camera${index}` }));
    const { env, app, scrape, stop } = await start(cameras);
    await env.clock.advance(2000);
    const before = (await scrape()).size;
    const startedMs = performance.now();
    for (let scrapes = 0; scrapes < 20; scrapes++) await app.metrics.text();
    // Some milliseconds each; the bound is for machines that have other things to do.
    expect((performance.now() - startedMs) / 20).toBeLessThan(250);
    const families = await scrape();
    expect(families.size).toBe(before);
    expect(families.get(METRICS.cameraOnline.name)?.samples).toHaveLength(50);
    await stop();
  });
});
