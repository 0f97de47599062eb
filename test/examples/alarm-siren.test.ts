// examples/alarm-siren, as its README says, and what a siren must not do.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithAll } from './needs.ts';
import { WalkThrough } from './walk-through.ts';

/** The cat again, in front of a camera without a floor. */
const HEDGE = '\n  - { id: hedge, source: "synthetic:cat", function: modect }\n';

describeWithAll(['ffmpeg', 'mosquitto_sub', 'jq'], 'examples/alarm-siren', () => {
  it('sounds for a person, not for a cat, and falls silent when disarmed; a broker that was away changes nothing', async () => {
    await using walk = await WalkThrough.of('alarm-siren', { prepare: (folder) => appendFileSync(join(folder, 'nightjar.yaml'), HEDGE) });
    const [passwords, recorder, siren, disarm] = walk.steps;
    await walk.take(passwords!);
    const running = walk.start(recorder!.script);
    await walk.see(recorder!.seen[0]!);
    await walk.take(siren!);
    await walk.see('SIREN: camera hedge, event …');
    await walk.stop(running);
    const again = walk.lines.length;
    await walk.take(recorder!);
    // It takes commands then. The siren’s own way back is shown by what it sounds for below.
    await walk.see('…connected to the MQTT broker…', again);
    const since = walk.lines.length;
    await walk.take(disarm!);
    walk.start(`XDG_CONFIG_HOME=secrets/house mosquitto_sub -t nightjar/camera/porch/event | jq -r --unbuffered '"\\(.event_type) \\(.armed)"'`);
    await walk.see('start false', since);
    await walk.see('SIREN: camera hedge, event …', since);
    expect(walk.count('SIREN: camera porch, event …', since)).toBe(0);
    expect(walk.count('SIREN: camera garden, event …')).toBe(0);
  }, 120_000);

  it('sounds once for each alarm, and for nothing else', async () => {
    await using walk = await WalkThrough.of('alarm-siren', { env: { NIGHTJAR_BASE: 'pretended', HORN_SECONDS: '0' } });
    await walk.walk(0, 2);
    const now = new Date().toISOString();
    const alarm = { event_type: 'start', id: 1, server: 'rec1', camera: 'porch', kind: 'motion', armed: true, start: now };
    const say = (event: unknown, ...options: readonly string[]): string => {
      const payload = typeof event === 'string' ? event : JSON.stringify(event);
      return `XDG_CONFIG_HOME=secrets/house mosquitto_pub -q 1 -t pretended/camera/porch/event ${options.join(' ')} -m '${payload}'\n`;
    };
    await walk.run(say({ ...alarm, id: 2 }, '-r'));
    walk.start(`XDG_CONFIG_HOME=secrets/house mosquitto_sub -v -t 'cmnd/#'`);
    walk.start('XDG_CONFIG_HOME=secrets/house sh siren.sh sh horn.sh');
    // Said until somebody listens; all but the first are the same alarm.
    while (walk.count('SIREN: …') === 0) await walk.run(say(alarm));
    const others = [
      '{"event_type":"start"',
      '[]',
      '7',
      '',
      {},
      { ...alarm, id: 3, armed: false },
      { ...alarm, id: 4, kind: 'trigger' },
      { ...alarm, id: 5, event_type: 'ready' },
      { ...alarm, id: 6, start: new Date(Date.now() - 90_000).toISOString() },
    ];
    await walk.run([...others.map((event) => say(event)), say(alarm), say({ ...alarm, id: 7, camera: '$(touch evil) `touch evil`' })].join(''));
    await walk.see('SIREN: camera $(touch evil) `touch evil`, event 7');
    await walk.see('cmnd/siren/POWER OFF');
    expect(walk.lines.filter((line) => line.startsWith('SIREN'))).toEqual([
      'SIREN: camera porch, event 1',
      'SIREN: camera $(touch evil) `touch evil`, event 7',
    ]);
    expect(await walk.run('ls')).not.toContain('evil');
  }, 60_000);
});
