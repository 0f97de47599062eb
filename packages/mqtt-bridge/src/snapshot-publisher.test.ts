// Pictures of events from a recorder that makes them when the test says so.
import { FakeRecorder } from '@nightjar/testkit';
import { CalmLogger, SILENT } from './logger.ts';
import { resolveOptions } from './options.ts';
import { SnapshotPublisher } from './snapshot-publisher.ts';

const setUp = () => {
  const recorder = new FakeRecorder({ cameras: ['porch'] });
  const asked: (() => void)[] = [];
  recorder.eventSnapshot = async () => {
    await new Promise<void>((resolve) => asked.push(resolve));
    return new Uint8Array([0xff, 0xd8]);
  };
  const said: string[] = [];
  const publisher = new SnapshotPublisher(recorder, {
    options: resolveOptions({ broker: 'mqtt://127.0.0.1:1' }),
    logger: new CalmLogger(SILENT),
    serverId: 'rec1',
    link: {
      connected: true,
      publish: ({ topic, userProperties }) => void said.push(`${topic} ${userProperties?.['event_id']}`),
      listen: async () => undefined,
      beginState: () => undefined,
      ready: () => undefined,
    },
  });
  /** Makes the picture that was asked for first. */
  const make = async (): Promise<void> => {
    asked.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { publisher, said, make, event: () => recorder.openEvent('porch') };
};

describe('SnapshotPublisher', () => {
  it('publishes the newest of the pictures that were wanted meanwhile', async () => {
    const { publisher, said, make, event } = setUp();
    const [first, , third] = [event(), event(), event()].map((each) => {
      publisher.want(each);
      return each.id;
    });
    await make();
    await make();
    expect(said).toEqual([first, third].map((id) => `nightjar/camera/porch/snapshot ${id}`));
  });

  it('publishes none of a camera that was removed while it was made', async () => {
    const { publisher, said, make, event } = setUp();
    publisher.want(event());
    publisher.removed('porch');
    await make();
    expect(said).toEqual([]);
    const next = event();
    publisher.want(next);
    await make();
    expect(said).toEqual([`nightjar/camera/porch/snapshot ${next.id}`]);
  });

  it('publishes none that was asked for before the connection was lost', async () => {
    const { publisher, said, make, event } = setUp();
    publisher.want(event());
    publisher.forget();
    await make();
    expect(said).toEqual([]);
  });
});
