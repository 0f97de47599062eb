import { FakeRecorder } from '@nightjar/testkit';
import { RecorderDoor } from './recorder-door.ts';

describe('the way to the recorder', () => {
  it('refuses questions until there is one', async () => {
    const door = new RecorderDoor();
    await expect(door.snapshot('porch')).rejects.toThrow('There is no recorder yet.');
    door.open(new FakeRecorder({ cameras: ['porch'] }));
    expect((await door.snapshot('porch')).stale).toBe(false);
  });

  it('lets live video wait for one, and give up', async () => {
    const door = new RecorderDoor();
    const abort = new AbortController();
    const patient = door.live('porch')[Symbol.asyncIterator]();
    const first = patient.next();
    const given = door.live('porch', { signal: abort.signal }).next();
    abort.abort();
    expect(await given).toEqual({ done: true, value: undefined });
    const recorder = new FakeRecorder({ cameras: ['porch'] });
    recorder.video('porch').sendFrames(1);
    door.open(recorder);
    expect((await first).value).toMatchObject({ isKey: true });
    await patient.return?.();
  });

  it('ends live video of the recorder before, where another one is there now', async () => {
    const door = new RecorderDoor();
    const first = new FakeRecorder({ cameras: ['porch'] });
    door.open(first);
    first.video('porch').sendFrames(1);
    const packets = door.live('porch', { signal: new AbortController().signal });
    expect((await packets.next()).done).toBe(false);
    const end = packets.next();
    door.open(new FakeRecorder({ cameras: ['porch'] }));
    expect(await end).toEqual({ done: true, value: undefined });
  });
});
