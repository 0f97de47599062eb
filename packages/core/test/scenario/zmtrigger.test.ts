// Lines of zmtrigger and what comes of them: events, states, pictures' words, and the lines that are said back.
import type { LogLine } from '@nightjar/testkit';
import type { CameraSettings } from '../../src/model/camera.ts';
import { StatusLines } from '../../src/triggers/status-lines.ts';
import { TriggerHub } from '../../src/triggers/trigger-hub.ts';
import { ZmTriggerDialect } from '../../src/triggers/zmtrigger-dialect.ts';
import { LineSplitter } from '../../src/util/line-splitter.ts';
import { LINES } from '../line-table.ts';
import { triggerRules } from '../recorder-config.ts';
import { Scenario, type ScenarioSetup } from './scenario.ts';

const NUMBER = '3';
const nodect = { function: 'nodect', preRollSeconds: 1, postRollSeconds: 1 } as const;

async function begin(camera: Partial<CameraSettings> = nodect, setup: ScenarioSetup = {}) {
  const scenario = await Scenario.start({ ...setup, camera });
  const { clock, log } = scenario.env;
  const hub = new TriggerHub({ clock, log, feed: scenario.feed, rules: () => triggerRules(), camera: () => scenario.pipeline });
  const switched: (readonly [number, boolean])[] = [];
  const dialect = new ZmTriggerDialect({
    clock,
    log,
    hub,
    cameraOf: (name) => (name === NUMBER || name === 'porch' ? 'porch' : undefined),
    setDetection: async (_, isOn) => switched.push([clock.monotonic(), isOn]),
  });
  const status = new StatusLines(() => NUMBER);
  const replies = (): string => scenario.changes.map((change) => status.take(change)).join('');
  /** Sends it in one piece, as a client that sends no more afterwards. */
  const send = (bytes: string | Uint8Array): void => {
    const splitter = new LineSplitter(8192);
    splitter.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) void dialect.take(line, 'test');
    const rest = splitter.flush();
    if (rest !== undefined) void dialect.take(rest, 'test');
  };
  await scenario.pass(3);
  const causes = async () => (await scenario.events()).map(({ row }) => row.causes);
  /** Lengths of events in seconds, without pre-roll and post-roll. */
  const held = async () => (await scenario.events()).map(({ row }) => (row.endMs - row.startMs) / 1000 - 2);
  return { scenario, clock, log, hub, dialect, switched, send, replies, causes, held };
}

describe('a line of zmtrigger', () => {
  it.each(LINES.map((row) => [JSON.stringify(typeof row.sent === 'string' ? row.sent : Buffer.from(row.sent).toString('latin1')).slice(0, 60), row] as const))(
    '%s',
    async (_, { sent, event, seconds, shows, detection, ignored }) => {
      const { scenario, log, hub, send, replies, switched, held } = await begin();
      send(sent);
      await scenario.pass(0.1);
      const isHeld = event !== undefined && seconds !== 0;
      expect(hub.state('porch')).toMatchObject({ isOff: false, holds: isHeld ? [{ source: 'zmtrigger' }] : [] });
      expect(hub.state('porch').showText).toBe(shows);
      expect(switched[0]?.[1]).toBe(detection);
      const complaints = log.lines.filter(({ message }: LogLine) => message.startsWith('zmtrigger: a line was ignored: '));
      if (ignored === undefined) expect(complaints).toEqual([]);
      else expect(complaints[0]?.message).toMatch(ignored);
      await scenario.pass(6);
      expect(hub.state('porch').holds).toHaveLength(isHeld && seconds === undefined ? 1 : 0);
      send('3|cancel\n');
      await scenario.pass(3);
      await scenario.stop();
      const events = await scenario.events();
      expect(events).toHaveLength(event === undefined ? 0 : 1);
      if (event !== undefined) {
        const { cause, text, score } = event;
        const said = { ...(cause === undefined ? {} : { cause }), ...(text === undefined ? {} : { text }) };
        expect(events[0]!.row).toMatchObject({ state: 'ready', maxScore: score, causes: [{ kind: 'trigger', source: 'zmtrigger', ...said }] });
        if (seconds !== undefined && seconds > 0) {
          expect((await held())[0]).toBeGreaterThanOrEqual(seconds - 0.1);
          expect((await held())[0]).toBeLessThanOrEqual(seconds + 1.25);
        }
      }
      expect(replies()).toMatch(event === undefined ? /^$/ : /^3\|on\|\d{10}\|1\n3\|off\|\d{10}\|1\n$/);
    },
  );

  it('is one of at least sixty', () => {
    expect(LINES.length).toBeGreaterThanOrEqual(60);
  });
});

describe('lines of zmtrigger', () => {
  it.each([0, 1])('make exactly 100 events of 100 cycles of on and cancel (post-roll %i s)', async (postRollSeconds) => {
    const { scenario, send, replies, causes } = await begin({ ...nodect, postRollSeconds });
    for (let cycle = 0; cycle < 100; cycle++) {
      send('3|on|50|Cycle\n');
      await scenario.pass(0.1 + (cycle % 5) * 0.2);
      send('3|cancel\n');
      await scenario.pass(postRollSeconds + 0.3);
    }
    await scenario.stop();
    expect(await causes()).toEqual(Array(100).fill([{ kind: 'trigger', source: 'zmtrigger', cause: 'Cycle' }]));
    const ids = [...replies().matchAll(/^3\|(on|off)\|\d+\|(\d+)$/gm)].map(([, word, id]) => `${word} ${id}`);
    expect(ids).toEqual(Array.from({ length: 100 }, (_, index) => [`on ${index + 1}`, `off ${index + 1}`]).flat());
  });

  it('make as many where all come in one piece, and no post-roll joins them', async () => {
    const { scenario, send, causes } = await begin({ ...nodect, postRollSeconds: 0 });
    send('3|on|50|Cycle\n3|cancel\n'.repeat(100));
    await scenario.pass(120);
    await scenario.stop();
    expect(await causes()).toHaveLength(100);
  });

  it.each<[string, readonly (readonly [number, string])[], readonly number[]]>([
    [
      'on+N said again extends',
      [
        [0, 'on+20|9|A||'],
        [10, 'on+20|9|A||'],
      ],
      [30],
    ],
    [
      'on+N with another score is the same line',
      [
        [0, 'on+20|9|A||'],
        [10, 'on+20|50|A||'],
      ],
      [30],
    ],
    [
      'on+N with another cause does not extend',
      [
        [0, 'on+20|9|A||'],
        [10, 'on+20|9|B||'],
      ],
      [20],
    ],
    [
      'a shorter on+N ends sooner',
      [
        [0, 'on+20|9|A||'],
        [5, 'on+5|9|A||'],
      ],
      [10],
    ],
    [
      'and the longer one ends what was begun meanwhile',
      [
        [0, 'on+20|9|A||'],
        [5, 'on+5|9|A||'],
        [15, 'on|9|A||'],
      ],
      [10, 5],
    ],
    [
      'a plain on does not take the end of on+N away',
      [
        [0, 'on+20|9|A||'],
        [5, 'on|9|A||'],
      ],
      [20],
    ],
    [
      'an on+N ends a plain on',
      [
        [0, 'on|9|A||'],
        [5, 'on+5|9|A||'],
      ],
      [10],
    ],
    [
      'off+N does nothing now and ends the event then',
      [
        [0, 'on|9|A||'],
        [2, 'off+5|0|A||'],
      ],
      [7],
    ],
    [
      'off+N said again extends',
      [
        [0, 'on|9|A||'],
        [2, 'off+5|0|A||'],
        [4, 'off+5|0|A||'],
      ],
      [9],
    ],
    [
      'off ends at once',
      [
        [0, 'on|255|Panic||'],
        [2, 'off|0||'],
      ],
      [2],
    ],
    [
      'cancel ends with the post-roll',
      [
        [0, 'on|9|A'],
        [4, 'cancel'],
      ],
      [4],
    ],
    [
      'cancel after the end of on+N does nothing',
      [
        [0, 'on+2|9|A'],
        [8, 'cancel'],
      ],
      [2],
    ],
  ])('%s', async (_, script, lengths) => {
    const { scenario, clock, send, held, causes } = await begin();
    const beganMs = clock.monotonic();
    for (const [atSeconds, line] of script) {
      await clock.advance(beganMs + atSeconds * 1000 - clock.monotonic());
      send(`3|${line}\n`);
    }
    await scenario.pass(60);
    await scenario.stop();
    const isOff = script.some(([, line]) => line.startsWith('off'));
    expect(await causes()).toHaveLength(lengths.length);
    for (const [index, length] of (await held()).entries()) {
      // What is ended by off has no post-roll.
      const expected = lengths[index]! - (isOff ? 1 : 0);
      expect(length).toBeGreaterThanOrEqual(expected - 0.2);
      expect(length).toBeLessThanOrEqual(expected + 1.25);
    }
    expect(clock.pendingTimers).toBe(0);
  });

  it('let motion raise alarms again at once after off', async () => {
    const { scenario, send, causes } = await begin({ function: 'modect', preRollSeconds: 1, postRollSeconds: 1 });
    send('3|on|50|Door\n');
    await scenario.pass(3);
    send('3|off\n');
    await scenario.pass(3);
    await scenario.move(3);
    await scenario.pass(5);
    await scenario.stop();
    expect((await causes()).map(([first]) => first?.kind)).toEqual(['trigger', 'motion']);
  });

  it('switch motion off and on again after a while', async () => {
    const { scenario, send, switched, clock } = await begin();
    const beganMs = clock.monotonic();
    send('3|disable+10\n');
    await scenario.pass(5);
    send('3|disable+10\n');
    await scenario.pass(30);
    expect(switched.map(([atMs, isOn]) => [atMs - beganMs, isOn])).toEqual([
      [0, false],
      [5000, false],
      [15_010, true],
    ]);
    await scenario.stop();
  });

  it('for a camera that is away count when it is back', async () => {
    const { scenario, send, causes } = await begin(nodect, {
      runs: [{ steps: [{ kind: 'play', seconds: 2 }, { kind: 'drop' }] }, { refuse: 'CAPTURE_CONNECT_FAILED' }, {}],
    });
    send('3|on+60|50|Door\n');
    await scenario.pass(100);
    await scenario.stop();
    expect(await causes()).toEqual([[{ kind: 'trigger', source: 'zmtrigger', cause: 'Door' }]]);
  });

  it('for a camera that records nothing are ignored, and said to be', async () => {
    const { scenario, send, log, replies } = await begin({ function: 'monitor' });
    send('3|on|50|Door\n');
    await scenario.pass(5);
    log.expectLine('zmtrigger: a line was ignored: on: camera porch records nothing (function monitor), so nothing can trigger it', 'warn');
    expect(replies()).toBe('');
    await scenario.stop();
  });

  it('that are no lines are complained of twenty times, then once a second', async () => {
    const { scenario, send, log } = await begin();
    send('nonsense\n'.repeat(1000));
    await scenario.pass(1);
    send('nonsense\n');
    const said = log.lines.filter(({ message }: LogLine) => message.includes('nonsense'));
    expect(said).toHaveLength(21);
    expect(said.at(-1)?.fields).toMatchObject({ unsaid: 980, from: 'test' });
    await scenario.stop();
  });

  it('wait for each other, and whoever sends too many of them waits too', async () => {
    const { scenario, dialect } = await begin();
    const line = new TextEncoder().encode('3|on|50|Door');
    const waits = Array.from({ length: 40 }, () => dialect.take(line, 'test'));
    expect(waits.map((wait) => wait !== undefined)).toEqual([...Array(32).fill(false), ...Array(8).fill(true)]);
    await scenario.pass(10);
    await waits.at(-1);
    await scenario.stop();
  });

  it('may wait for their time in some number, and no more', async () => {
    const { scenario, send, log, hub } = await begin();
    for (let index = 0; index < 70; index++) {
      send(`3|on+3600|50|Cause ${index}\n`);
      await scenario.pass(0.1);
    }
    log.expectLine('zmtrigger: a line was ignored: on: 64 lines of camera porch wait already', 'warn');
    expect(hub.state('porch').holds[0]?.cause).toBe('Cause 63');
    await scenario.stop();
  });
});
