// examples/homekit-doorbell, as its README says.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithAll } from './needs.ts';
import { WalkThrough } from './walk-through.ts';

/** Homebridge announces nothing to the network the tests run in. */
function onLoopback(folder: string): void {
  const file = join(folder, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { readonly bridge: object };
  writeFileSync(file, JSON.stringify({ ...config, bridge: { ...config.bridge, bind: ['lo'] } }));
}

describeWithAll(['ffmpeg', 'curl'], 'examples/homekit-doorbell', () => {
  it('rings in Home, and is recorded', async () => {
    await using walk = await WalkThrough.of('homekit-doorbell', { prepare: onLoopback });
    await walk.walk();
    // A second press needs no second token.
    await walk.run('sh bell.sh front-door');
    const tokens = (await walk.run('../../packages/core/bin/nightjar token list --config data/nightjar/nightjar.yaml')).filter((line) =>
      line.includes('bell of front-door'),
    );
    expect(tokens).toHaveLength(1);
  }, 120_000);
});
