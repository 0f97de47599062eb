import { explainProblem } from './explain-problem.ts';
import { fakeConfigWorld } from './fake-config-world.ts';
import { loadConfig } from './load-config.ts';

const load = (triggers: string) => loadConfig(`triggers: { ${triggers} }\n`, { file: '/etc/nightjar.yaml', world: fakeConfigWorld({}) });
const round = (more: string): string => `schedule: [{ name: round, cameras: [porch], ${more} }]`;

describe('triggers of the configuration', () => {
  it('become cron expressions and signals', () => {
    const loaded = load(`schedule: [
      { name: round, cameras: [porch, yard], times: ["7:05", "22:00"], weekdays: [mon, sun], durationSeconds: 90, text: Evening round },
      { name: night, cameras: [porch], cron: "0 1 * * *", action: off, cause: Night }]`);
    expect('config' in loaded && loaded.config.triggers.schedule).toEqual([
      {
        name: 'round',
        cameras: ['porch', 'yard'],
        crons: ['5 7 * * 1,0', '0 22 * * 1,0'],
        signal: { action: 'pulse', cause: 'Schedule', score: 100, durationMs: 90_000, text: 'Evening round' },
      },
      { name: 'night', cameras: ['porch'], crons: ['0 1 * * *'], signal: { action: 'off', cause: 'Night', score: 100 } },
    ]);
  });

  it.each([
    'tcp: { host: 0.0.0.0, token: "long enough" }',
    'tcp: { host: 0.0.0.0, allow: [10.1.0.0/16, "fd00::/8", 192.0.2.7] }',
    'tcp: { host: "::1" }',
    round('times: ["00:00"]'),
  ])('may be %s', (triggers) => {
    expect(load(triggers)).toHaveProperty('config');
  });

  it.each([
    ['tcp: { host: 0.0.0.0 }', 'triggers.tcp.host: got "0.0.0.0", but a trigger port that others reach needs a token or a list of who may'],
    ['tcp: { host: 0.0.0.0, allow: [10.1.0.0/33] }', 'triggers.tcp.allow[0]: got "10.1.0.0/33", expected an IP address or a network such as 10.1.0.0/16'],
    ['tcp: { allow: [300.1.1.1] }', 'triggers.tcp.allow[0]: got "300.1.1.1", expected an IP address'],
    [round(''), 'triggers.schedule[0]: it never comes: give it `times` or `cron`'],
    [round('times: ["24:00"]'), 'expected a time such as "07:30"'],
    [round('cron: "0 22 * *"'), 'triggers.schedule[0].cron: got an expression of 4 parts, expected five parts such as "0 22 * * 1-5"'],
    [round('cron: "0 0 30 2 *"'), 'got an expression that never comes'],
    [round('cron: "0 22 * * *", times: ["22:00"]'), '`times` and `cron` exclude each other'],
    [round('times: ["22:00"] }, { name: round, cameras: [porch], times: ["23:00"]'), '"round" is the name of an earlier entry (number 1) already'],
    ['schedule: [{ name: round, cameras: [], times: ["22:00"] }]', 'triggers.schedule[0].cameras'],
  ])('are refused where they are %s', (triggers, sentence) => {
    const loaded = load(triggers);
    expect('problems' in loaded && loaded.problems.map(explainProblem).join('\n')).toContain(sentence);
  });
});
