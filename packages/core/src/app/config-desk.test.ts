// Reading the file again, and settings beside it.
import { type FakeEnvironment, fakeEnvironment } from '../../test/fake-environment.ts';
import { passUntilDone } from '../../test/pass-until-done.ts';
import { fakeConfigWorld } from '../config/fake-config-world.ts';
import { loadConfig } from '../config/load-config.ts';
import { SETTING_FIELDS } from '../config/setting-list.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { ConfigHooks } from './config-desk.ts';
import { RecorderApp } from './recorder-app.ts';
import { LAST_ALIVE, MONITOR_NUMBERS } from './stored-settings.ts';

const FILE = '/etc/nightjar.yaml';
const CAMERA = 'cameras:\n  - { id: porch, source: "rtsp://viewer:${PASSWORD}@192.0.2.10/main", function: record }\n';
const AREAS = 'storage: { areas: [ { id: default, path: /events, scheme: shallow, minFree: 0% }';

async function run(text: string, { hooks = {}, environment }: { hooks?: ConfigHooks; environment?: FakeEnvironment } = {}) {
  const files: Record<string, string> = { [FILE]: text };
  const world = fakeConfigWorld({ files, env: { PASSWORD: 's3cret' } });
  const env: FakeEnvironment = { ...(environment ?? fakeEnvironment()), configWorld: world };
  const loaded = loadConfig(text, { file: FILE, world });
  if ('problems' in loaded) throw new TypeError(JSON.stringify(loaded.problems));
  const app = new RecorderApp({ config: loaded.config, env, version: '1.2.3', hooks });
  await app.start();
  const done = <T>(job: Promise<T>): Promise<T> => passUntilDone(env.clock, job, { mostMs: 30_000 });
  const reload = (changed: string) => {
    files[FILE] = changed;
    return done(app.configDesk.reload());
  };
  return { env, app, done, reload, stop: () => done(app.stop()) };
}

const nothing = { started: [], stopped: [], restarted: [], updated: [], settings: [], needsRestart: [] };

describe('a file that is read again', () => {
  it('changes nothing where it says the same', async () => {
    const { env, reload, stop } = await run(CAMERA);
    expect(await reload(`# a comment\n${CAMERA}`)).toEqual(nothing);
    expect(env.sources[0]!.requests).toHaveLength(1);
    env.log.expectLine('read /etc/nightjar.yaml again: nothing to do', 'info');
    await stop();
  });

  it('is refused as a whole where it has mistakes, with all of them', async () => {
    const { env, app, reload, stop } = await run(CAMERA);
    await expect(reload(`${CAMERA}  - { id: yard }\nretention: { days: forever }\nlog: { lvl: x }\n`)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: [
        { path: 'cameras[1].source', message: expect.stringMatching(/^line 3, column \d+: the key is missing/) },
        { path: 'retention.days', message: expect.stringContaining('line 4') },
        { path: 'log.lvl', message: expect.stringContaining('did you mean "level"?') },
      ],
    });
    expect(app.cameras().map(({ id }) => id)).toEqual(['porch']);
    await expect(reload('\0')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(env.sources[0]!.requests).toHaveLength(1);
    // Mended, it is taken.
    expect(await reload(`${CAMERA}log: { level: debug }\n`)).toEqual({ ...nothing, settings: ['log.level'] });
    await stop();
  });

  it('takes over what can be, restarts the cameras it touches, and names what needs a new start until there is one', async () => {
    const levels: string[] = [];
    const brokers: (string | undefined)[] = [];
    const hooks: ConfigHooks = { logLevel: (level) => levels.push(level), mqtt: async (mqtt) => void brokers.push(mqtt?.base) };
    const { env, app, reload, stop } = await run(`${CAMERA}http: { port: 1 }\n`, { hooks });
    expect(levels).toEqual(['info']);
    const report = await reload(
      `${CAMERA.replace('function: record', 'function: mocord, audio: false')}  - { id: yard, source: "synthetic:visitor" }\nhttp: { port: 2 }\nretention: { days: 3 }\nlog: { level: warn }\nmqtt: { base: home }\n`,
    );
    expect(report).toEqual({
      ...nothing,
      started: ['yard'],
      restarted: ['porch'],
      settings: ['log.level', 'mqtt', 'retention.days'],
      needsRestart: ['http.port'],
    });
    expect(levels).toEqual(['info', 'warn']);
    expect(brokers).toEqual(['home']);
    expect(app.configDesk.config.retention.days).toBe(3);
    env.log.expectLine('http.port changed: it takes effect when the recorder starts again', 'warn');
    // Nothing more changed, and the port still waits.
    const again = await reload(
      `${CAMERA.replace('function: record', 'function: mocord, audio: false')}http: { port: 2 }\nretention: { days: 3 }\nlog: { level: warn }\nmqtt: { base: attic }\n`,
    );
    expect(again).toEqual({ ...nothing, stopped: ['yard'], settings: ['mqtt.base'], needsRestart: ['http.port'] });
    expect(brokers).toEqual(['home', 'attic']);
    await stop();
    expect(env.log.print()).not.toContain('s3cret');
  });

  it('adds storage areas and changes limits at once; one that moves stays where it is until a new start', async () => {
    const { env, app, reload, stop } = await run(`${AREAS} ] }\n${CAMERA}`);
    await env.clock.advance(3000);
    const added = await reload(`${AREAS}, { id: attic, path: /attic, minFree: 0% } ] }\n${CAMERA.replace('record', 'record, area: attic')}`);
    expect(added).toEqual({ ...nothing, updated: ['porch'], settings: ['storage.areas'] });
    expect(app.areas.newest.map(({ area }) => area.id)).toEqual(['default', 'attic']);
    const moved = await reload(
      `${AREAS.replace('/events', '/elsewhere')}, { id: attic, path: /attic, minFree: 5% } ] }\n${CAMERA.replace('record', 'record, area: attic')}`,
    );
    expect(moved.needsRestart).toContain('storage.areas[0].path');
    expect(app.areas.rootOf('default')).toBe('/events');
    await stop();
  });

  it('goes on although what follows it hangs', async () => {
    const { env, reload, stop } = await run(CAMERA, { hooks: { mqtt: () => new Promise(() => undefined), reloaded: () => Promise.reject(new Error('no')) } });
    expect(await reload(`${CAMERA}mqtt: {}\n`)).toMatchObject({ settings: ['mqtt'] });
    env.log.expectLine('MQTT takes long', 'warn');
    env.log.expectLine('what follows a reload failed: no', 'error');
    await stop();
  });
});

describe('settings beside the cameras', () => {
  it('are all listed, with what stands in the file and what may be changed', async () => {
    const { app, stop } = await run(
      `${CAMERA}retention: { maxSize: 500GB }\nmqtt: { broker: "mqtt://u:s3cret@192.0.2.9", username: u, password: s3cret, users: [{ name: wall, password: s3cret }] }\n`,
    );
    const entries = app.configDesk.entries();
    expect(entries.map(({ name }) => name)).toEqual(SETTING_FIELDS.map(({ name }) => name));
    expect(app.configDesk.entry('retention.days')).toMatchObject({ value: 14, default: 14, provisioned: false, editable: true });
    expect(app.configDesk.entry('retention.maxSize')).toMatchObject({ value: '500GB', default: null, provisioned: true, editable: false });
    expect(app.configDesk.entry('http.port')).toMatchObject({ value: 8420, provisioned: false, editable: false });
    expect(app.configDesk.entry('server.id')).toMatchObject({ value: 'attic', provisioned: false });
    expect(app.configDesk.entry('mqtt.password').value).toBe('***');
    expect(app.configDesk.entry('mqtt.users').value).toEqual([{ name: 'wall', password: '***', access: 'read', acl: {} }]);
    expect(JSON.stringify(entries)).not.toContain('s3cret');
    expect(() => app.configDesk.entry('cameras')).toThrow(expect.objectContaining({ code: 'CONFIG_NOT_FOUND' }));
    expect(() => app.configDesk.entry('__proto__')).toThrow(expect.objectContaining({ code: 'CONFIG_NOT_FOUND' }));
    await stop();
  });

  it('may be changed where changing them needs no new start', () => {
    const editable = SETTING_FIELDS.filter(({ node }) => node['x-restart'] === 'none').map(({ name }) => name);
    expect(editable).toEqual([
      ...['retention.days', 'retention.maxSize', 'exports.keepHours', 'exports.maxSize', 'exports.maxQueued'],
      ...['encoding.maxVideo', 'encoding.maxSound'],
      ...['triggers.schedule', 'triggers.pulseSeconds', 'triggers.debounceMs', 'triggers.maxPerSecond', 'log.level'],
    ]);
  });

  it('are in force at once and after a new start, until the file says otherwise', async () => {
    const levels: string[] = [];
    const hooks: ConfigHooks = { logLevel: (level) => levels.push(level) };
    const first = await run(CAMERA, { hooks });
    expect(await first.done(first.app.configDesk.set('retention.maxSize', '1GB'))).toMatchObject({ value: '1GB', provisioned: false });
    await first.done(first.app.configDesk.set('log.level', 'debug'));
    await first.done(first.app.configDesk.set('retention.days', null));
    expect(first.app.configDesk.config.retention).toEqual({ days: null, maxSize: 1e9 });
    await first.stop();
    const second = await run(CAMERA, { hooks, environment: first.env });
    expect(second.app.configDesk.config).toMatchObject({ retention: { days: null, maxSize: 1e9 }, log: { level: 'debug' } });
    expect(levels.at(-1)).toBe('debug');
    expect(await second.reload(`${CAMERA}retention: { days: 7 }\n`)).toMatchObject({ settings: ['retention.days'] });
    expect(second.app.configDesk.config.retention).toEqual({ days: 7, maxSize: 1e9 });
    await expect(second.done(second.app.configDesk.set('retention.days', 8))).rejects.toMatchObject({ code: 'CONFIG_PROVISIONED' });
    // What is its default again is forgotten.
    await second.done(second.app.configDesk.set('retention.maxSize', null));
    expect([...second.env.storedSettings.values.keys()].filter((name) => name !== LAST_ALIVE && name !== MONITOR_NUMBERS)).toEqual([
      'log.level',
      'retention.days',
    ]);
    await second.stop();
  });

  it.each<[string, unknown, string]>([
    ['retention.days', 0, 'CONFIG_INVALID'],
    ['retention.days', '14', 'CONFIG_INVALID'],
    ['retention.maxSize', '0GB', 'CONFIG_INVALID'],
    ['retention.maxSize', { GB: 1 }, 'CONFIG_INVALID'],
    ['log.level', 'loud', 'CONFIG_INVALID'],
    ['log.level', null, 'CONFIG_INVALID'],
    ['http.port', 1, 'CONFIG_PROVISIONED'],
    ['nothing', 1, 'CONFIG_NOT_FOUND'],
  ])('refuse %s: %j', async (name, value, code) => {
    const { env, app, done, stop } = await run(CAMERA);
    await expect(done(app.configDesk.set(name, value))).rejects.toMatchObject({ code });
    expect(env.storedSettings.values.has(name)).toBe(false);
    await stop();
  });

  it('that are not valid any more are told, and the default is in force', async () => {
    const environment = fakeEnvironment();
    await environment.storedSettings.put('retention.days', 'long');
    const { app, stop } = await run(CAMERA, { environment });
    expect(app.health().problems).toMatchObject([{ id: 'setting-invalid-retention.days', level: 'warning' }]);
    expect(app.configDesk.config.retention.days).toBe(14);
    await stop();
  });

  it('let nothing be deleted for its age while they cannot be read', async () => {
    const environment = fakeEnvironment();
    environment.storedSettings.failure = new RecorderError('DATABASE_BUSY', 'locked');
    const { env, app, done, stop } = await run(CAMERA, { environment });
    expect(app.health().problems).toMatchObject([{ id: 'settings-unread' }, { id: 'switches-unread' }, { id: 'monitor-numbers-unread' }]);
    await expect(done(app.configDesk.set('retention.days', 3))).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    env.storedSettings.failure = undefined;
    await env.clock.advance(6000);
    expect(app.health().problems).toEqual([]);
    await stop();
    expect(env.clock.pendingTimers).toBe(0);
  });
});
