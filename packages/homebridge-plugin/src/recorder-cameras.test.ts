import { FakeClock, FakeRecorder } from '@nightjar/testkit';
import { RecorderCameras } from './recorder-cameras.ts';

function world(known: readonly string[] = [], cameras: readonly string[] = ['porch']) {
  const recorder = new FakeRecorder({ cameras });
  const clock = new FakeClock();
  const heard: string[] = [];
  const followed = new RecorderCameras(
    {
      api: recorder,
      clock,
      listener: {
        changed: ({ id, name, state }) => heard.push(`${id} ${name}${state.motion ? ' moves' : ''}`),
        removed: (id) => heard.push(`${id} removed`),
        triggered: (id, cause, source) => heard.push(`${id} triggered by ${cause ?? source}`),
        controlsChanged: ({ armed }) => heard.push(armed ? 'armed' : 'disarmed'),
        back: () => heard.push('back'),
        away: () => heard.push('away'),
        warn: (problem) => heard.push(`warn ${problem}`),
      },
    },
    known,
  );
  const until = async (line: string): Promise<void> => {
    while (!heard.includes(line)) await new Promise((resolve) => setImmediate(resolve));
  };
  return { recorder, clock, heard, followed, until };
}

describe('a recorder’s cameras', () => {
  it('are those of its list, then those of its changes', async () => {
    const { recorder, heard, followed, until } = world();
    followed.start();
    await until('armed');
    expect(followed.get('porch')?.id).toBe('porch');
    recorder.setMotion('porch', true);
    await until('porch Camera porch moves');
    recorder.setCamera('gate', {}, { name: 'Gate' });
    await until('gate Gate');
    recorder.removeCamera('gate');
    await until('gate removed');
    expect(followed.get('gate')).toBeUndefined();
    await recorder.trigger('porch', { action: 'on' }, 'button');
    await until('porch triggered by button');
    await recorder.setControls({ armed: false });
    await until('disarmed');
    expect(heard[0]).toBe('back');
    followed.stop();
  });

  it('that a list leaves out are gone only when one a minute later leaves them out, too', async () => {
    const { clock, heard, followed, until } = world(['porch', 'gate']);
    followed.start();
    await until('armed');
    await clock.advance(59_000);
    expect(heard).not.toContain('gate removed');
    await clock.advance(1_000);
    await until('gate removed');
    expect(heard).not.toContain('porch removed');
    followed.stop();
  });

  it('are looked for once more where the recorder could not say', async () => {
    const { clock, recorder, followed, until } = world(['porch', 'gate']);
    followed.start();
    await until('armed');
    const cameras = recorder.cameras.bind(recorder);
    recorder.cameras = async () => Promise.reject(new Error('busy for 3 s'));
    await clock.advance(60_000);
    await until('warn the recorder could not be read: busy for 3 s');
    recorder.cameras = cameras;
    await clock.advance(60_000);
    await until('gate removed');
    followed.stop();
  });

  it('are in trouble that is told once a minute, whatever comes between', async () => {
    const { clock, recorder, heard, followed, until } = world();
    let times = 0;
    recorder.cameras = async () => Promise.reject(new Error((times += 1) % 2 === 0 ? `busy for ${times} s` : 'no disk'));
    followed.start();
    await until('warn the recorder could not be read: no disk');
    for (let second = 0; second < 50; second += 1) {
      const before = times;
      await clock.advance(1000);
      while (times === before) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(heard).toEqual(['warn the recorder could not be read: no disk', 'warn the recorder could not be read: busy for 2 s']);
    followed.stop();
  });

  it('are nobody’s where the token is refused, which is said with what to do', async () => {
    const { recorder, followed, until } = world();
    recorder.changes = () => {
      throw Object.assign(new Error('the token is not valid'), { code: 'NOT_LOGGED_IN', status: 401 });
    };
    followed.start();
    await until(
      'warn the recorder refuses the login: the token is not valid; make a token with nightjar token create homebridge --role operator, as the user that runs the recorder, and set it as "token" of "recorder"',
    );
    followed.stop();
  });

  it('that come again within that minute stay', async () => {
    const { clock, recorder, heard, followed, until } = world(['porch', 'gate']);
    followed.start();
    await until('armed');
    recorder.setCamera('gate', {}, { name: 'Gate' });
    await until('gate Gate');
    await clock.advance(120_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).not.toContain('gate removed');
    followed.stop();
  });

  it('are asked again for what they send until that was measured', async () => {
    const { clock, recorder, followed, until } = world();
    const main = { stream: 'main', codec: 'h264', width: 640, height: 360, fps: 10, bitrateKbps: 500, gopSeconds: 0, hasBFrames: false } as const;
    recorder.setCamera('porch', { status: 'online' }, { streams: [main] });
    followed.start();
    await until('armed');
    // Measured without a word.
    const cameras = await recorder.cameras();
    recorder.cameras = async () => cameras.map((camera) => ({ ...camera, streams: [{ ...main, gopSeconds: 2 }] }));
    expect(followed.get('porch')?.streams?.[0]?.gopSeconds).toBe(0);
    await clock.advance(3000);
    while (followed.get('porch')?.streams?.[0]?.gopSeconds !== 2) await new Promise((resolve) => setImmediate(resolve));
    followed.stop();
  });
});
