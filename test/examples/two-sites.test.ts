// examples/two-sites, as its README says, and a site that is away for a while.
import { describeWithAll } from './needs.ts';
import { WalkThrough } from './walk-through.ts';

const ASK = 'XDG_CONFIG_HOME=site/secrets/desk mosquitto_sub --retained-only';
const GATE = 'nightjar/camera/building1-gate';

describeWithAll(['ffmpeg', 'mosquitto', 'mosquitto_sub', 'jq'], 'examples/two-sites', () => {
  it('brings events and states to the site, and commands to the building, once each', async () => {
    await using walk = await WalkThrough.of('two-sites');
    await walk.take(walk.steps[0]!);
    const site = walk.start(walk.steps[1]!.script);
    await walk.walk(2, 5);
    walk.start(
      `XDG_CONFIG_HOME=building/secrets/recorder mosquitto_sub -F 'building %t %p' -t '${GATE}/+/set' -t '${GATE}/cmd/#' -t '${GATE}/event' -t '${GATE}/info'`,
    );
    await walk.see(`building ${GATE}/info …`);
    await walk.walk(5);
    await walk.see(`${GATE}/event {"event_type":"end",…`);
    for (const said of ['armed/set OFF', 'cmd/trigger 5', 'cmd/trigger/result …', 'event {"event_type":"end",…']) {
      expect([said, walk.count(`building ${GATE}/${said}`)]).toEqual([said, 1]);
    }
    for (const heard of ['cmd/trigger/result …', 'event {"event_type":"end",…']) expect([heard, walk.count(`${GATE}/${heard}`)]).toEqual([heard, 1]);
    expect(await walk.run(`${ASK} -C 1 -F %l -t nightjar/camera/+/info`)).toEqual([expect.stringMatching(/^[1-9]\d+$/)]);
    await walk.stop(site);
    const since = walk.lines.length;
    await walk.run(`XDG_CONFIG_HOME=building/secrets/recorder mosquitto_pub -q 1 -t ${GATE}/cmd/trigger -m 0.5`);
    await walk.see(`building ${GATE}/event {"event_type":"end",…`, since);
    walk.start(walk.steps[1]!.script);
    await walk.see('…New client connected from …as building1 …', since);
    // The site remembers nothing of before: the bridge says it anew, with what happened meanwhile.
    const last = `mosquitto_sub --retained-only -C 1 -t ${GATE}/event/last | jq .id`;
    const meanwhile = await walk.run(`XDG_CONFIG_HOME=building/secrets/recorder ${last}`);
    expect(await walk.run(`XDG_CONFIG_HOME=site/secrets/desk ${last}`)).toEqual(meanwhile);
  }, 120_000);
});
