// examples/pir-sensor, as its README says.
import { describeWithAll } from './needs.ts';
import { WalkThrough } from './walk-through.ts';

describeWithAll(['ffmpeg', 'mosquitto_sub', 'jq', 'curl'], 'examples/pir-sensor', () => {
  it('records while somebody is there, as one event, and by a request', async () => {
    await using walk = await WalkThrough.of('pir-sensor', { env: { PIR_SECONDS: '2' } });
    await walk.walk(0, 4);
    // Said until the script has subscribed; what is seen may come of any of them.
    while (walk.count('somebody is there: …') === 0) await walk.run(walk.steps[4]!.script);
    for (const line of walk.steps[4]!.seen) await walk.see(line);
    // Longer than one pulse: the ticks extend it.
    const since = walk.lines.length;
    walk.start('XDG_CONFIG_HOME=secrets/house mosquitto_sub -t nightjar/camera/porch/cmd/trigger/result');
    await walk.see('{"ok":true,"data":{"event":…}}', since, 4);
    expect(walk.count('start … trigger')).toBe(1);
    await walk.walk(5);
    await walk.see('start … trigger', since);
    expect(walk.lines.filter((line) => line.startsWith('end ')).length).toBeLessThanOrEqual(2);
  }, 120_000);
});
