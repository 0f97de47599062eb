// Previews over a recorder whose pictures come when the test says so.
import type { Picture } from '@nightjar/client';
import { CalmLogger, SILENT } from './logger.ts';
import { resolveOptions } from './options.ts';
import type { Message } from './outbox.ts';
import { Previews } from './previews.ts';
import { StateBoard } from './state-board.ts';

const PICTURE: Picture = { jpeg: new Uint8Array([0xff, 0xd8]), at: '2026-11-29T12:00:00.000Z', stale: false, etag: 'a' };

const setUp = () => {
  const asked: ((picture: Picture) => void)[] = [];
  const said: string[] = [];
  const publish = ({ topic, payload }: Message): void => void said.push(`${topic} ${payload === '' ? '-' : typeof payload === 'string' ? payload : 'picture'}`);
  const options = resolveOptions({ broker: 'mqtt://127.0.0.1:1', previewSeconds: 1 });
  const previews = new Previews({
    api: {
      snapshot: () => new Promise((resolve) => asked.push(resolve)),
      pictures: async function* () {},
    },
    board: new StateBoard(options.base, publish),
    options,
    logger: new CalmLogger(SILENT),
    serverId: 'rec1',
    link: { connected: true, publish },
  });
  /** Answers the oldest request. */
  const answer = async (): Promise<void> => {
    asked.shift()?.(PICTURE);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { previews, said, answer };
};

describe('Previews', () => {
  it('says what was asked for', async () => {
    const { previews, said, answer } = setUp();
    previews.camera('porch', false);
    await answer();
    previews.stop();
    expect(said).toEqual(['nightjar/camera/porch/preview/state OFF', 'nightjar/camera/porch/preview picture']);
  });

  it('says no picture of a camera that was let go while it was taken', async () => {
    const { previews, said, answer } = setUp();
    previews.camera('porch', false);
    previews.hidden('porch');
    await answer();
    previews.stop();
    expect(said).toEqual(['nightjar/camera/porch/preview/state OFF', 'nightjar/camera/porch/preview -']);
  });
});
