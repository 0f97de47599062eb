// Discovery on a real broker: what `mosquitto_sub --retained-only` lists after a rename, a removal, a move, and at the end.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera, ServerInfo } from '@nightjar/client';
import { FakeRecorder, fakeCamera, freePort } from '@nightjar/testkit';
import mqtt from 'mqtt';
import { type AnnouncerOptions, HomeAssistantAnnouncer } from '../src/home-assistant/announcer.ts';
import { discoveryProblems } from './discovery-rules.ts';
import { listening, MOSQUITTO } from './test-brokers.ts';
import { eventually, Watcher } from './watcher.ts';

const SUBSCRIBER = '/usr/bin/mosquitto_sub';
const server = await new FakeRecorder().server();
const topicOf = (id: string): string => `homeassistant/device/nightjar_${id}/config`;

(existsSync(MOSQUITTO) && existsSync(SUBSCRIBER) ? describe : describe.skip)('discovery on mosquitto', () => {
  let folder: string;
  let broker: ChildProcess;
  let port: number;
  let cleanups: (() => Promise<unknown>)[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-discovery-'));
    port = await freePort();
    const config = join(folder, 'mosquitto.conf');
    writeFileSync(config, `${process.getuid?.() === 0 ? 'user root\n' : ''}listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    broker = spawn(MOSQUITTO, ['-c', config], { stdio: 'ignore' });
    cleanups = [];
    await listening(port);
  });
  afterEach(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
    const gone = new Promise((resolve) => broker.once('exit', resolve));
    broker.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  /** A recorder's announcer on a connection of its own. */
  const recorder = async (id: string, cameras: readonly Camera[], options: Partial<AnnouncerOptions> = {}) => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
    const announcer = new HomeAssistantAnnouncer({
      base: 'nightjar',
      prefix: 'homeassistant',
      enabled: true,
      random: () => 0,
      publish: ({ topic, payload, retain, qos }) => void client.publish(topic, typeof payload === 'string' ? payload : Buffer.from(payload), { retain, qos }),
      ...options,
    });
    client.on('message', (topic, payload, { retain }) => announcer.seen(topic, payload, retain));
    const close = async () => {
      announcer.stop();
      await client.endAsync();
    };
    cleanups.push(close);
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    const of: ServerInfo = { ...server, id };
    announcer.reconnected();
    await client.subscribeAsync([...announcer.filters], { qos: 1 });
    announcer.announce(of, cameras);
    return { announcer, of, close };
  };
  /** Retained topics as a person would list them. */
  const listed = (): readonly (readonly [string, string])[] => {
    return spawnSync(SUBSCRIBER, ['-p', String(port), '-t', '#', '--retained-only', '-W', '1', '-F', '%t %p'], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
  };
  const watch = async () => {
    const watcher = await Watcher.open({ url: `mqtt://127.0.0.1:${port}` }, 'homeassistant/#');
    cleanups.push(() => watcher.close());
    return watcher;
  };
  const devices = (watcher: Watcher, id: string) => watcher.json(topicOf(id)).map((payload) => payload['device'] as Record<string, unknown>);

  it('leaves no message behind after a rename, a removal, a move and the end', async () => {
    const [porch, yard, hall] = ['porch', 'yard', 'hall'].map((id) => fakeCamera(id)) as [Camera, Camera, Camera];
    const watcher = await watch();
    const a = await recorder('rec1', [porch, yard]);
    const b = await recorder('rec2', [hall]);
    await eventually('all', () => watcher.last(topicOf('hall')) && watcher.last(topicOf('yard')));
    const sorted = [...listed()].sort(([, one], [, other]) => Number(one.includes('via_device')) - Number(other.includes('via_device')));
    expect(
      discoveryProblems(
        sorted.map(([topic, text]) => ({ topic, payload: JSON.parse(text) as unknown })),
        'nightjar',
      ),
    ).toEqual([]);

    a.announcer.announceCamera({ ...porch, name: 'Door "1" 🚪' });
    await eventually('the new name', () => devices(watcher, 'porch').at(-1)?.['name'] === 'Door "1" 🚪');
    a.announcer.remove('yard');
    await watcher.sees(topicOf('yard'), '');
    b.announcer.announceCamera(porch);
    await eventually('the move', () => devices(watcher, 'porch').at(-1)?.['via_device'] === 'nightjar_server_rec2');
    a.announcer.remove('porch');
    a.announcer.announceCamera(fakeCamera('last'));
    await eventually('what comes after', () => watcher.last(topicOf('last')));
    expect(
      listed()
        .map(([topic]) => topic)
        .sort(),
    ).toEqual(['hall', 'last', 'porch', 'server_rec1', 'server_rec2'].map(topicOf));

    expect(watcher.texts(topicOf('porch'))).not.toContain('');

    await a.close();
    await b.close();
    await recorder('rec1', [], { enabled: false });
    await recorder('rec2', [], { enabled: false, base: 'other' });
    await eventually('the end', () => ['hall', 'last', 'porch', 'server_rec1', 'server_rec2'].every((id) => watcher.last(topicOf(id)) === ''));
    expect(listed()).toEqual([]);
  });

  it('takes back what a recorder with other settings announced before it was started again', async () => {
    const watcher = await watch();
    const before = await recorder('rec1', [fakeCamera('porch'), fakeCamera('gone')], { preview: true });
    await eventually('the cameras', () => watcher.last(topicOf('gone')));
    await before.close();
    await recorder('rec1', [fakeCamera('porch')]);
    await watcher.sees(topicOf('gone'), '');
    await eventually('the still picture taken back', () => {
      const stills = watcher.json(topicOf('porch')).map(({ components }) => (components as Record<string, object>)['still']);
      return stills.at(-1) === undefined && stills.some((still) => still !== undefined && Object.keys(still).length === 1);
    });
    expect(
      listed()
        .map(([topic]) => topic)
        .sort(),
    ).toEqual([topicOf('porch'), topicOf('server_rec1')]);
  });

  it('is said again when Home Assistant is born', async () => {
    const watcher = await watch();
    await recorder('rec1', [fakeCamera('porch')]);
    await eventually('the camera', () => watcher.last(topicOf('porch')));
    await watcher.client.publishAsync('homeassistant/status', 'online');
    await eventually('the camera again', () => watcher.texts(topicOf('porch')).length === 2);
    expect(watcher.texts(topicOf('server_rec1'))).toHaveLength(2);
  });
});

describe('docs/guide/home-assistant.md', () => {
  it('names entities and topics as they are', () => {
    const page = readFileSync(new URL('../../../docs/guide/home-assistant.md', import.meta.url), 'utf8');
    const golden = ['camera', 'server'].flatMap((name) => {
      const { topic, payload } = JSON.parse(readFileSync(new URL(`golden/discovery-${name}.json`, import.meta.url), 'utf8')) as {
        topic: string;
        payload: { components: Record<string, Record<string, unknown>> };
      };
      return [topic, ...Object.values(payload.components).flatMap((component) => Object.values(component).map(String))].map((text) =>
        text.replaceAll('front', 'porch'),
      );
    });
    const named = page.match(
      /(?:(?:switch|image|camera|event|sensor|button)\.nightjar_\w+)|homeassistant\/device\/nightjar_\w+\/config|nightjar\/(?:camera\/porch|server\/rec1)\/\w+\/\w+/g,
    );
    expect(named?.length).toBeGreaterThan(8);
    for (const name of named ?? []) expect([name, golden.includes(name)]).toEqual([name, true]);
  });
});
