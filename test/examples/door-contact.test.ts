// examples/door-contact, as its README says.
import { describeWithAll } from './needs.ts';
import { WalkThrough } from './walk-through.ts';

describeWithAll(['ffmpeg', 'nc'], 'examples/door-contact', () => {
  it('records while the door is open, and is told over the socket', async () => {
    await using walk = await WalkThrough.of('door-contact');
    await walk.walk();
    const listed = JSON.parse((await walk.run('../../packages/core/bin/nightjar events --json')).at(-1) ?? '') as readonly { causes: readonly unknown[] }[];
    const door = { kind: 'trigger', source: 'zmtrigger', cause: 'Door' };
    expect(listed.map(({ causes }) => causes)).toEqual([[{ ...door, text: 'garage' }], [{ ...door, text: 'front / "main" door' }]]);
  }, 120_000);
});
