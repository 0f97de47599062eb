import { settle } from '@nightjar/testkit';
import { PictureWorld } from '../../test/picture-world.ts';

const words = ({ jpeg }: { readonly jpeg: Uint8Array }): string => Buffer.from(jpeg).toString('latin1');

async function online(): Promise<PictureWorld> {
  const world = new PictureWorld();
  world.goOnline();
  await world.play(1500);
  return world;
}

describe('words on pictures', () => {
  it('are drawn on snapshots while they hold, once for each size', async () => {
    const world = await online();
    const plain = await world.pictures.snapshot();
    world.showText = 'DOOR';
    const [labelled, again] = [await world.pictures.snapshot(), await world.pictures.snapshot()];
    expect(words(labelled)).toContain('with DOOR');
    expect([again.etag, again.at]).toEqual([labelled.etag, plain.at]);
    expect(world.painter.calls).toEqual([{ kind: 'label', text: 'DOOR' }]);
    world.showText = 'BELL';
    expect((await world.pictures.snapshot()).etag).not.toBe(labelled.etag);
    world.showText = undefined;
    expect(await world.pictures.snapshot()).toEqual(plain);
  });

  it('cost no picture where they cannot be drawn, and are complained of once', async () => {
    const world = await online();
    world.showText = 'DOOR';
    world.painter.isFailing = true;
    expect(words(await world.pictures.snapshot())).toContain('frame at');
    await world.pictures.snapshot();
    expect(world.log.find('pictures go without their words')).toHaveLength(1);
    world.painter.isFailing = false;
    expect(words(await world.pictures.snapshot())).toContain('with DOOR');
  });

  it('are not drawn on what says that a camera is away', async () => {
    const world = await online();
    world.showText = 'DOOR';
    world.goOffline();
    await world.play(60_000);
    expect((await world.pictures.snapshot()).stale).toBe(true);
    expect(world.painter.calls.map(({ kind }) => kind)).not.toContain('label');
  });

  it('are drawn on live pictures, none of which overtakes another', async () => {
    const world = await online();
    const abort = new AbortController();
    const seen: string[] = [];
    const times: string[] = [];
    const done = (async () => {
      for await (const picture of world.pictures.watch({ signal: abort.signal })) {
        seen.push(words(picture).includes('with DOOR') ? 'DOOR' : 'plain');
        times.push(picture.at);
      }
    })();
    await world.play(2000);
    world.showText = 'DOOR';
    await world.play(2000);
    world.showText = undefined;
    await world.play(2000);
    abort.abort();
    await done;
    await settle();
    expect(seen.join(' ')).toMatch(/^(plain ){5,}(DOOR ){5,}(plain ?){5,}$/);
    expect(times).toEqual([...times].sort());
  });
});
