// Probes are bounded in number and time, and end with whoever waits for them.
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { MOST_PROBES, ProbeDesk } from './probe-desk.ts';

const SOURCE = 'rtsp://viewer:s3cret@192.0.2.10/main';

function desk(scripts?: Parameters<typeof fakeEnvironment>[0]) {
  const env = fakeEnvironment(scripts);
  const config = recorderConfig();
  return { env, probes: new ProbeDesk(env, () => config) };
}

describe('probes on demand', () => {
  it('are few at a time, and leave room again when they are done', async () => {
    const { env, probes } = desk();
    const running = Array.from({ length: MOST_PROBES }, () => probes.probe(SOURCE, undefined, 3));
    await expect(probes.probe(SOURCE)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    await env.clock.advance(5000);
    expect(await Promise.all(running)).toEqual(running.map(() => expect.objectContaining({ width: 640, seconds: 3 })));
    const last = probes.probe(SOURCE, undefined, 1);
    await env.clock.advance(5000);
    expect((await last).seconds).toBe(1);
    expect(env.sources[0]!.live).toBe(0);
    expect(env.clock.pendingTimers).toBe(0);
  });

  it('end at once when nobody waits any more', async () => {
    const { env, probes } = desk({ main: [{ connectMs: 5000 }] });
    const left = new AbortController();
    const outcome = expect(probes.probe(SOURCE, left.signal)).rejects.toMatchObject({ code: 'PROBE_FAILED' });
    left.abort('closed');
    await env.clock.advance(0);
    await outcome;
    expect(env.sources[0]!.live).toBe(0);
    expect(env.clock.pendingTimers).toBe(0);
  });

  it('end by themselves on a source that sends nothing', async () => {
    const { env, probes } = desk({ main: [{ steps: [{ kind: 'stall', seconds: 3600 }] }] });
    const probing = probes.probe(SOURCE, undefined, 2);
    const outcome = expect(probing).rejects.toMatchObject({ code: 'PROBE_FAILED', message: 'rtsp://192.0.2.10/main sent no picture' });
    await env.clock.advance(20_000);
    await outcome;
    expect(env.sources[0]!.live).toBe(0);
  });

  it('tell why they failed without the password', async () => {
    const { env, probes } = desk({ main: [{ refuse: 'CAPTURE_CONNECT_FAILED' }] });
    const probing = probes.probe(SOURCE);
    const outcome = expect(probing).rejects.toMatchObject({ code: 'PROBE_FAILED', message: expect.not.stringContaining('s3cret') as string });
    await env.clock.advance(1000);
    await outcome;
  });

  it.each([
    ['ftp://192.0.2.10/', 8],
    ['rtsp://u:${HOME}@192.0.2.10/', 8],
    ['file:/nowhere.mp4', 8],
    [SOURCE, 0.5],
    [SOURCE, Number.NaN],
    [SOURCE, 61],
  ])('refuse %s for %d s before anything is opened', async (source, seconds) => {
    const { env, probes } = desk();
    await expect(probes.probe(source, undefined, seconds)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(env.sources[0]!.requests).toEqual([]);
  });
});
