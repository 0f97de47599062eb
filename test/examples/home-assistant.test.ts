// examples/home-assistant, as its README says.
import { read } from '../repo/repository.ts';
import { describeWithAll } from './needs.ts';
import { WalkThrough } from './walk-through.ts';

const entitiesOf = (text: string): readonly string[] => [...text.matchAll(/\b(?:image|switch)\.nightjar_\w+/g)].map(([entity]) => entity);

describeWithAll(['ffmpeg', 'mosquitto', 'mosquitto_sub', 'jq'], 'examples/home-assistant', () => {
  it('announces, tells and obeys', async () => {
    await using walk = await WalkThrough.of('home-assistant');
    await walk.walk();
    const announced = (await walk.run('XDG_CONFIG_HOME=secrets/homeassistant mosquitto_sub -C 1 -t homeassistant/device/nightjar_porch/config'))[0] ?? '';
    const automation = read('examples/home-assistant/siren-automation.yaml');
    expect(automation).toContain('topic: nightjar/camera/+/event\n');
    const used = entitiesOf(automation);
    expect(used.length).toBeGreaterThan(0);
    for (const entity of used) expect(announced).toContain(`"default_entity_id":"${entity}"`);
    // What the list of permissions does not let Home Assistant say.
    const since = walk.lines.length;
    await walk.run('XDG_CONFIG_HOME=secrets/homeassistant mosquitto_pub -q 1 -t nightjar/camera/porch/motion -m forged');
    await walk.run('XDG_CONFIG_HOME=secrets/homeassistant mosquitto_pub -q 1 -t nightjar/camera/porch/armed/set -m ON');
    await walk.see('nightjar/camera/porch/armed/state ON', since);
    expect(walk.count('…forged…', since)).toBe(0);
  }, 120_000);
});
