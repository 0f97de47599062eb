// The accounts at mosquitto that docs/guide/mqtt.md and docs/guide/node-red.md have one write, taken as they stand there.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MqttBridge } from '@nightjar/mqtt-bridge';
import { describeWith, FakeRecorder, freePort } from '@nightjar/testkit';
import { MOSQUITTO } from '../../mqtt-bridge/test/test-brokers.ts';
import { FlowBench } from './flow-bench.ts';

const GUIDES = join(import.meta.dirname, '../../../docs/guide');
const PASSWORDS = { recorder: 'recorder-pass-word', 'node-red': 'flows-pass-word' };

/** Lines of an access list in a guide, from the one that names the user. */
function accessOf(guide: string, user: string): readonly string[] {
  const blocks = readFileSync(join(GUIDES, guide), 'utf8')
    .split(/^```.*$/m)
    .filter((_, index) => index % 2 === 1);
  const [, list = ''] = blocks.join('\n').split(`\nuser ${user}\n`);
  return [`user ${user}`, ...(list.split('\n\n')[0] ?? '').trim().split('\n')];
}

describeWith(MOSQUITTO, 'The accounts of the guide', () => {
  const bench = new FlowBench();
  const recorder = new FakeRecorder({ cameras: ['porch'] });
  let folder: string;
  let url: string;
  let mosquitto: ChildProcess;
  let bridge: MqttBridge;

  const allow = (ofNodeRed: readonly string[]): void =>
    writeFileSync(join(folder, 'acl'), [...accessOf('mqtt.md', 'recorder'), '', ...ofNodeRed, ''].join('\n'));
  const flow = () => [
    { id: 'site', type: 'nightjar-site', nodeVersion: 1, broker: url },
    { id: 'arm', type: 'nightjar-set', camera: 'porch', property: 'armed' },
    { id: 'all', type: 'nightjar-set', target: 'site', property: 'armed' },
    { id: 'pir', type: 'nightjar-trigger', camera: 'porch' },
  ];
  const isListening = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== undefined)).on('error', () => resolve(false));
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-guide-'));
    const port = await freePort();
    url = `mqtt://127.0.0.1:${port}`;
    writeFileSync(join(folder, 'passwords'), '');
    for (const [user, password] of Object.entries(PASSWORDS)) spawnSync('mosquitto_passwd', ['-b', join(folder, 'passwords'), user, password]);
    allow(accessOf('node-red.md', 'node-red'));
    const config = [
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      `password_file ${join(folder, 'passwords')}`,
      `acl_file ${join(folder, 'acl')}`,
    ];
    writeFileSync(join(folder, 'mosquitto.conf'), `${config.join('\n')}\n`);
    mosquitto = spawn(MOSQUITTO, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
    while (!(await isListening(port))) await new Promise((resolve) => setTimeout(resolve, 20));
    bridge = new MqttBridge({ broker: url, username: 'recorder', password: PASSWORDS.recorder });
    await bridge.start(recorder);
  });
  afterAll(async () => {
    await bridge.stop();
    const ended = once(mosquitto, 'exit');
    mosquitto.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('let flows look, switch, arm and trigger', async () => {
    await bench.load(flow(), { site: { user: 'node-red', password: PASSWORDS['node-red'] } });
    await bench.shows('arm', 'green dot connected');
    expect(await bench.send('arm', { payload: false })).toMatchObject({ topic: 'porch/armed', payload: false });
    expect(await bench.send('all', { payload: false })).toMatchObject({ topic: 'site/armed', payload: false });
    expect(await bench.send('pir', {})).toMatchObject({ topic: 'porch/trigger', event: expect.any(Number) });
  });

  it('let flows look and nothing else without the last three lines, and an error says so', async () => {
    const lines = accessOf('node-red.md', 'node-red');
    expect(lines).toHaveLength(5);
    allow(lines.slice(0, -3));
    mosquitto.kill('SIGHUP');
    await bench.load(flow(), { site: { user: 'node-red', password: PASSWORDS['node-red'] } });
    await bench.shows('arm', 'green dot connected');
    expect(await bench.fails('arm', { payload: true })).toContain('the broker does not let this user publish on nightjar/camera/porch/armed/set');
  });
});
