// What stands on the topics.
import type { Camera } from '@nightjar/client';
import { FakeRecorder, fakeCamera } from '@nightjar/testkit';
import {
  availabilityPayload,
  cameraInfoPayload,
  cameraStatsPayload,
  eventPayload,
  lastTypeOf,
  motionPayload,
  serverInfoPayload,
  serverStatsPayload,
} from './payloads.ts';

const API = 'https://nightjar.local:8443';

describe('the payload', () => {
  const recorder = new FakeRecorder({ cameras: ['porch'], firstEventId: 42 });
  const opened = recorder.openEvent('porch');
  recorder.closeEvent(42);
  const ready = recorder.readyEvent(42);

  it('of a ready event is complete', () => {
    expect(eventPayload({ ...ready, durationMs: 18_360 }, 'ready', { api: API, seq: 4 })).toEqual({
      event_type: 'ready',
      id: 42,
      v: 1,
      camera: 'porch',
      camera_name: 'Camera porch',
      server: 'rec1',
      kind: 'motion',
      labels: [],
      score: 0.87,
      zones: ['all'],
      armed: true,
      seq: 4,
      start: ready.start,
      end: ready.end,
      duration: 18.36,
      has: { snapshot: true, clip: true },
      urls: { snapshot: '/api/v1/events/42/snapshot.jpg', clip: '/api/v1/events/42/video.mp4', ui: '/#/events/42' },
      api: API,
    });
  });

  it('of an open event has no end and nothing to fetch', () => {
    const payload = eventPayload(opened, 'start', { api: API, seq: 1 });
    expect(payload).not.toHaveProperty('end');
    expect(payload.has).toEqual({ snapshot: false, clip: false });
  });

  it('of an event stays below 2 kB with every zone a camera can have', () => {
    const zones = Array.from({ length: 200 }, (_, index) => `zone-number-${index}-of-the-garden`);
    const payload = eventPayload({ ...ready, zones }, 'ready', { api: API, seq: 1 });
    expect(JSON.stringify(payload).length).toBeLessThan(2048);
  });

  it('of the last event is the end or the readiness of one that is over', () => {
    expect([lastTypeOf(opened), lastTypeOf({ ...ready, state: 'closed' }), lastTypeOf(ready)]).toEqual([undefined, 'end', 'ready']);
  });

  it.each([
    ['online', 'online'],
    ['connecting', 'offline'],
    ['stalled', 'offline'],
    ['offline', 'offline'],
  ] as const)('of a camera that is %s says %s', (status, said) => {
    const camera = withState(fakeCamera('porch'), { status, motion: true });
    expect(availabilityPayload(camera)).toBe(said);
    expect(motionPayload(camera)).toBe(said === 'online' ? 'ON' : 'OFF');
    expect(availabilityPayload({ ...camera, controls: { ...camera.controls, privacy: true } })).toBe('disabled');
  });

  it('of a camera’s info leaves out what is not known yet', async () => {
    const server = await recorder.server();
    const info = cameraInfoPayload(fakeCamera('porch'), server);
    expect(info).toMatchObject({
      name: 'Camera porch',
      server: 'rec1',
      size: { width: 1920, height: 1080 },
      urls: { snapshot: '/api/v1/cameras/porch/snapshot.jpg' },
    });
    const unseen = cameraInfoPayload(withState(fakeCamera('porch'), { codec: '', width: 0, height: 0 }), server);
    expect(Object.keys(unseen)).not.toEqual(expect.arrayContaining(['size']));
    expect(unseen).not.toHaveProperty('codec');
  });

  it('of statistics has the names of the contract', async () => {
    expect(cameraStatsPayload(fakeCamera('porch'), new Date(0))).toEqual({
      fps: 14.9,
      score: 0,
      detect_fps: 5,
      bitrate_kbps: 3100,
      dropped: 0,
      latency_ms: 180,
      reconnects: 1,
      ts: '1970-01-01T00:00:00.000Z',
    });
    const stats = serverStatsPayload(await recorder.stats());
    expect(Object.keys(stats)).toEqual(['cpu_percent', 'rss_bytes', 'load1', 'started_at', 'uptime_s', 'cameras', 'disk', 'ts']);
    expect(Object.keys(stats.disk)).toEqual(['total_bytes', 'free_bytes', 'used_percent', 'oldest', 'write_bps']);
    expect(serverInfoPayload(await recorder.server(), ['porch'])).toMatchObject({ version: '1.2.3', cameras: ['porch'], protocol: 1 });
  });
});

function withState(camera: Camera, state: Partial<Camera['state']>): Camera {
  return { ...camera, state: { ...camera.state, ...state } };
}
