// MQTT over WebSocket: a real broker behind the HTTP port.

import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedBroker } from '@nightjar/mqtt-bridge';
import { describeWith, waitUntil } from '@nightjar/testkit';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import WebSocket from 'ws';
import { type HttpRecorder, type HttpRecorderOptions, httpRecorder } from '../../../test/http-recorder.ts';
import { testCertificate } from '../../../test/test-certificate.ts';

const USERS = [{ username: 'ha', password: 'ha-pass', access: 'control' }] as const;
const LOGIN = { username: 'ha', password: 'ha-pass', reconnectPeriod: 0 } as const;

let broker: EmbeddedBroker;
let server: HttpRecorder | undefined;
let clients: MqttClient[];
beforeEach(async () => {
  clients = [];
  broker = new EmbeddedBroker({ port: 0, users: USERS, anonymous: 'read', allow: ['127.0.0.1', '192.0.2.0/24'] });
  await broker.start();
});
afterEach(async () => {
  for (const client of clients) await client.endAsync(true);
  await server?.close();
  server = undefined;
  await broker.stop();
});

const start = async (options: HttpRecorderOptions = {}): Promise<HttpRecorder> => (server = await httpRecorder({ broker: () => broker, ...options }));
const address = (path = '/mqtt'): string => `${server?.url.replace(/^http/, 'ws')}${path}`;
const connect = async (url: string, options: IClientOptions = {}): Promise<MqttClient> => {
  const client = mqtt.connect(url, { ...LOGIN, ...options });
  clients.push(client);
  client.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  return client;
};
/** What is answered instead of a WebSocket. */
const refusal = (url: string, protocols: readonly string[] = ['mqtt'], headers: Readonly<Record<string, string>> = {}) =>
  new Promise<readonly [number | undefined, string]>((resolve) => {
    const socket = new WebSocket(url, [...protocols], { headers });
    socket.on('error', () => undefined);
    socket.once('open', () => resolve([101, socket.protocol]));
    socket.once('unexpected-response', (request, response) => {
      let text = '';
      response
        .on('data', (data) => (text += data))
        .on('end', () => {
          request.destroy();
          resolve([response.statusCode, (JSON.parse(text) as { error: { message: string } }).error.message]);
        });
    });
  });

it.each([4, 5] as const)('carries MQTT %d both ways, beside the TCP port', async (protocolVersion) => {
  await start();
  const [browser, tcp] = [await connect(address(), { protocolVersion }), await connect(broker.credentials.url, { protocolVersion })];
  const seen: string[] = [];
  for (const client of [browser, tcp])
    client.on('message', (topic, payload) => seen.push(`${client === browser ? 'browser' : 'tcp'} ${topic} ${payload.length}`));
  await browser.subscribeAsync('from/tcp');
  await tcp.subscribeAsync('from/browser');
  await browser.publishAsync('from/browser', Buffer.alloc(500_000), { qos: 1 });
  await tcp.publishAsync('from/tcp', Buffer.alloc(500_000), { qos: 1 });
  await waitUntil(() => seen.length === 2);
  expect(seen.sort()).toEqual(['browser from/tcp 500000', 'tcp from/browser 500000']);
});

it('leaves logging in to the broker, which lets nobody read without a name by this way', async () => {
  await start();
  await expect(connect(address(), { password: 'wrong' })).rejects.toMatchObject({ code: 4 });
  await expect(connect(address(), { password: 'wrong', protocolVersion: 5 })).rejects.toMatchObject({ code: 134 });
  const nameless = mqtt.connect(address(), { reconnectPeriod: 0 });
  clients.push(nameless);
  await new Promise((resolve) => nameless.once('error', resolve));
  expect(nameless.connected).toBe(false);
});

it('counts wrong passwords by the address a trusted proxy saw', async () => {
  await start({ settings: { trustProxy: true } });
  const from = (client: string): IClientOptions => ({ wsOptions: { headers: { 'x-forwarded-for': client } } });
  for (let count = 0; count < 12; count += 1) await connect(address(), { ...from('192.0.2.7'), password: 'wrong' }).catch(() => undefined);
  await expect(connect(address(), from('192.0.2.7'))).rejects.toMatchObject({ code: 3 });
  await connect(address(), from('192.0.2.8'));
  await expect(connect(address(), from('198.51.100.1'))).rejects.toThrow('closed');
});

it('is there only while the recorder has a broker of its own', async () => {
  let door: EmbeddedBroker | undefined;
  await start({ broker: () => door });
  const words = 'there is no MQTT here: the recorder has no broker of its own (`mqtt.broker: embedded`)';
  expect(await refusal(address())).toEqual([404, words]);
  const asked = await fetch(`${server?.url}/mqtt`);
  expect([asked.status, ((await asked.json()) as { error: { message: string } }).error.message]).toEqual([404, words]);
  door = broker;
  await connect(address());
  expect((await fetch(`${server?.url}/mqtt`)).status).toBe(426);
});

it('speaks MQTT and nothing else, by the rules of every other socket', async () => {
  await start({ settings: { names: ['nvr.example'], maxStreamsPerAddress: 2 } });
  expect(await refusal(address(), ['nightjar'])).toEqual([400, 'the WebSocket protocol "mqtt" must be asked for here']);
  expect(await refusal(address(), [])).toEqual([400, 'the WebSocket protocol "mqtt" must be asked for here']);
  expect(await refusal(address(), ['mqtt'], { host: 'elsewhere.example' })).toEqual([421, 'the Host header does not name this recorder']);
  expect(await refusal(address(), ['x', 'mqtt'])).toEqual([101, 'mqtt']);
  expect(await refusal(address(), ['mqttv3.1'])).toEqual([101, 'mqttv3.1']);
  expect((await refusal(address()))[0]).toBe(429);
});

it('ends who sends a text or a frame that is too long', async () => {
  await start();
  for (const message of ['text', Buffer.alloc(2 * 1024 * 1024)]) {
    const socket = new WebSocket(address(), 'mqtt');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(message);
    await closed;
  }
});

it('ends with the broker and with the server', async () => {
  await start();
  const client = await connect(address());
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  await broker.stop();
  await closed;
  await broker.start();
  const other = await connect(address());
  const ended = new Promise<void>((resolve) => other.once('close', () => resolve()));
  await server?.close();
  server = undefined;
  await ended;
});

it('holds back what somebody does not read, and drops them, while others read on', async () => {
  await start();
  const [frozen, healthy, sender] = [await connect(address()), await connect(address()), await connect(broker.credentials.url, { ...broker.credentials })];
  let received = 0;
  healthy.on('message', () => (received += 1));
  for (const client of [frozen, healthy]) await client.subscribeAsync('nightjar/#');
  frozen.stream.pause();
  (frozen.stream as unknown as { socket?: WebSocket }).socket?.pause();
  for (let count = 0; count < 1000; count += 1) await sender.publishAsync('nightjar/camera/porch/snapshot', Buffer.alloc(50_000, count), { qos: 1 });
  await waitUntil(() => received === 1000);
  // What is under way to it is read, and then its end.
  const dropped = new Promise<void>((resolve) => frozen.once('close', () => resolve()));
  frozen.stream.resume();
  (frozen.stream as unknown as { socket?: WebSocket }).socket?.resume();
  await dropped;
  expect(healthy.connected).toBe(true);
});

it('gives the place of somebody whom the broker dropped to others, although they never read it', async () => {
  const { url } = await start({ settings: { maxStreamsPerAddress: 1 } });
  const frozen = createConnection(Number(new URL(url).port), '127.0.0.1');
  frozen.write(
    'GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c29tZWJvZHkgZnJvemVuIQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n',
  );
  await new Promise((resolve) => frozen.once('data', resolve));
  frozen.pause();
  const next = async (): Promise<number | undefined> => (await refusal(address()))[0];
  expect(await next()).toBe(429);
  await broker.stop();
  await broker.start();
  let status: number | undefined;
  while (status !== 101) status = await next();
  frozen.destroy();
});

describeWith('openssl', 'with the certificate of HTTP', () => {
  it('is encrypted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-wss-'));
    await start({ settings: { tls: testCertificate(folder, 'http') } });
    await connect(address(), { rejectUnauthorized: false });
    rmSync(folder, { recursive: true });
  });
});
