import { EventEmitter } from 'node:events';
import hapNodeJs from '@homebridge/hap-nodejs';
import { FakeClock, fakeCamera, settle } from '@nightjar/testkit';
import type { Characteristic, HAP, Logging } from 'homebridge';
import { readFragments } from '../../test/read-fragments.ts';
import { pictures, ScriptedLive, sounds } from '../../test/scripted-live.ts';
import type { CameraContext } from '../camera-context.ts';
import { SessionBook } from '../session-book.ts';
import { RecordingDelegate } from './recording-delegate.ts';

const hap: HAP = hapNodeJs;
const { encode } = hapNodeJs;
/** SHA-256 over what is offered. Every hub forgets its choice, and records nothing, when it is another one. */
const FROZEN = 'cbc56d8270f65e1c1e04e6a990c741b8775d8e0a35d48f78606e44f859ae2e68';
const PAST = { from: 6, seconds: 4.2 };
const AFTER_IT = { from: 10.2, seconds: 2 };

/** A number in so many bytes, little endian. */
const number = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, Math.min(6, bytes));
  return buffer;
};

/** What a hub writes when it chooses (HAP, SelectedCameraRecordingConfiguration). */
const SELECTED = encode(
  1,
  encode(1, number(4000, 4), 2, number(1, 8), 3, encode(1, 0, 2, encode(1, number(4000, 4)))),
  2,
  encode(1, 0, 2, encode(1, 1, 2, 2, 3, number(1600, 4), 4, number(4000, 4)), 3, encode(1, number(1920, 2), 2, number(1080, 2), 3, 15)),
  3,
  encode(1, 0, 2, encode(1, 1, 2, 0, 3, 1, 4, number(24, 4))),
).toString('base64');

/** The hub's end of a HomeKit Data Stream, as far as a recording needs one. */
class HubConnection extends EventEmitter {
  readonly remoteAddress = '192.0.2.7';
  readonly answers: unknown[] = [];
  readonly packets: { readonly type: string; readonly data: Buffer; readonly isLast: boolean }[] = [];
  readonly closes: number[] = [];
  handler: { readonly eventHandler?: Record<string, (message: object) => void> } | undefined;
  readonly #chunks: Buffer[] = [];

  addProtocolHandler(_protocol: string, handler: HubConnection['handler']): void {
    this.handler = handler;
  }

  removeProtocolHandler(): void {
    this.handler = undefined;
  }

  isConsideredClosed(): boolean {
    return false;
  }

  sendResponse(_protocol: string, _topic: string, _id: number, status: number, { status: detail }: { status: number }): void {
    this.answers.push([status, detail]);
  }

  sendEvent(
    _protocol: string,
    topic: string,
    message: { reason: number; endOfStream?: boolean; packets: { data: Buffer; metadata: { dataType: string; isLastDataChunk: boolean } }[] },
  ): void {
    if (topic === 'close') this.closes.push(message.reason);
    else
      for (const { data, metadata } of message.packets) {
        this.#chunks.push(data);
        if (metadata.isLastDataChunk)
          this.packets.push({ type: metadata.dataType, data: Buffer.concat(this.#chunks.splice(0)), isLast: message.endOfStream === true });
      }
  }

  /** The hub's own words. */
  say(topic: 'close' | 'ack', message: object): void {
    this.handler?.eventHandler?.[topic]?.(message);
  }
}

function world(settings: Partial<CameraContext['settings']> = {}) {
  const clock = new FakeClock();
  const live = new ScriptedLive();
  live.past = ({ video }) => (video === false ? sounds(PAST) : pictures(PAST));
  const stream = { stream: 'main', codec: 'avc1.64001f', width: 1920, height: 1080, fps: 15, bitrateKbps: 1500, gopSeconds: 1, hasBFrames: false } as const;
  const camera = { ...fakeCamera('porch'), streams: [{ ...stream, audio: { codec: 'aac', sampleRate: 48_000, channels: 1 } }] };
  const lines: string[] = [];
  const say =
    (level: string) =>
    (text: string): void => {
      lines.push(`${level}: ${text}`);
    };
  const log = { info: say('info'), warn: say('warn'), error: say('error'), debug: () => undefined } as unknown as Logging;
  const context: CameraContext = {
    id: 'porch',
    recorder: { live: live.live, snapshot: () => Promise.reject(new Error('none')), setCameraControls: () => Promise.reject(new Error('none')) },
    settings: { audio: true, maxRecordingKbps: 2000, ...settings } as CameraContext['settings'],
    log,
    sessions: new SessionBook(),
    camera: () => camera,
  };
  const delegate = new RecordingDelegate({ context, hap, clock });
  const told: (boolean | string)[] = [];
  const { updateRecordingActive, updateRecordingConfiguration } = delegate;
  delegate.updateRecordingActive = (active) => {
    told.push(active);
    updateRecordingActive.call(delegate, active);
  };
  delegate.updateRecordingConfiguration = (configuration) => {
    told.push(configuration === undefined ? 'nothing chosen' : 'chosen');
    updateRecordingConfiguration.call(delegate, configuration);
  };
  const controller = new hap.CameraController({
    delegate: { handleSnapshotRequest: () => undefined, prepareStream: () => undefined, handleStreamRequest: () => undefined },
    streamingOptions: { supportedCryptoSuites: [0], video: { resolutions: [[1280, 720, 30]], codec: { profiles: [1], levels: [2] } } },
    sensors: { motion: true },
    recording: { options: delegate.options, delegate },
  });
  new hap.Accessory('Porch', hap.uuid.generate('porch')).configureController(controller);
  delegate.follow(controller);
  const management = controller.recordingManagement!;
  const { recordingManagementService: service } = management;
  const write = (characteristic: Characteristic, value: string | number): Promise<unknown> => characteristic.handleSetRequest(value);
  const { Active, RecordingAudioActive, SelectedCameraRecordingConfiguration } = hap.Characteristic;
  const hub = {
    choose: () => write(service.getCharacteristic(SelectedCameraRecordingConfiguration), SELECTED),
    activate: (active: 0 | 1) => write(service.getCharacteristic(Active), active),
    wantSound: (wanted: 0 | 1) => write(service.getCharacteristic(RecordingAudioActive), wanted),
    /** Asks for a recording. */
    open: async (streamId = 1): Promise<HubConnection> => {
      const connection = new HubConnection();
      const { handleDataSendOpen } = management as unknown as { handleDataSendOpen(connection: HubConnection, id: number, message: object): void };
      handleDataSendOpen.call(management, connection, 7, { streamId, type: 'ipcamera.recording', target: 'controller', reason: 'recording' });
      await settle();
      return connection;
    },
  };
  return { clock, live, delegate, controller, management, hub, told, lines, context };
}

async function ready(settings: Partial<CameraContext['settings']> = {}) {
  const made = world(settings);
  await made.hub.choose();
  await made.hub.activate(1);
  return made;
}

describe('RecordingDelegate under hap-nodejs', () => {
  it('sends header and prebuffer, then fragments, until the hub closes the stream', async () => {
    const { hub, live, lines, context, clock } = await ready();
    const connection = await hub.open();
    live.newest('video').send(pictures({ from: 10.2, seconds: 8.1 }));
    await settle();
    expect(connection.answers).toEqual([[0, 0]]);
    expect(connection.packets.map(({ type, isLast }) => [type, isLast])).toEqual([['mediaInitialization', false], ...Array(3).fill(['mediaFragment', false])]);
    const [header, ...fragments] = connection.packets.map(({ data }) => data);
    const read = readFragments(header!, fragments);
    expect(read.tracks.map(({ kind }) => kind)).toEqual(['video']);
    expect(read.fragments.map(({ startSeconds, endSeconds, beginsWithIdr }) => [startSeconds, endSeconds, beginsWithIdr])).toEqual([
      [0, 4, true],
      [4, 8, true],
      [8, 12, true],
    ]);
    await clock.advance(2500);
    connection.say('close', { streamId: 1, reason: 0 });
    await settle();
    expect(lines).toEqual([
      'info: Camera porch: recording for Home, 1920x1080 at 15, 1600 kbit/s, no sound: main copied, no sound; header after 0 ms, 3 fragments of 12.0 s; ended: the hub closed it',
    ]);
    expect(context.sessions.records).toEqual([
      expect.objectContaining({
        kind: 'recording',
        cameraId: 'porch',
        at: '2026-01-01T00:00:00.000Z',
        sent: 'main copied, no sound',
        firstPictureMs: 0,
        seconds: 2.5,
        packets: 3,
      }),
    ]);
    expect([live.open, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('has sound exactly when the hub wants it now, and settings allow it', async () => {
    const kinds = async (settings: { audio: boolean }, wanted: 0 | 1): Promise<string[]> => {
      const { hub } = await ready(settings);
      await hub.wantSound(wanted);
      return readFragments((await hub.open()).packets[0]!.data, []).tracks.map(({ kind }) => kind);
    };
    expect([await kinds({ audio: true }, 1), await kinds({ audio: true }, 0), await kinds({ audio: false }, 1)]).toEqual([
      ['video', 'audio'],
      ['video'],
      ['video'],
    ]);
  });

  it('gives one recording after another, and a second one at a time to nobody', async () => {
    const { hub, delegate, live } = await ready();
    const first = await hub.open(1);
    expect((await hub.open(2)).answers).toEqual([[6, 2]]);
    await expect(delegate.handleRecordingStreamRequest(3).next()).rejects.toMatchObject({ reason: 2 });
    first.say('close', { streamId: 1, reason: 3 });
    expect((await hub.open(4)).packets.length).toBe(2);
    expect(live.open).toBe(1);
  });

  it.each([
    ['its connection is lost', (connection: HubConnection) => connection.emit('closed'), 'info: * ended: the connection of the hub is gone'],
    ['it cannot read it', (connection: HubConnection) => connection.say('close', { streamId: 1, reason: 7 }), 'warn: * ended: the hub could not read it (7)'],
    ['it has enough', (connection: HubConnection) => connection.say('ack', { streamId: 1, endOfStream: true }), 'info: * ended: the hub has all it wanted'],
  ])('lets go at once when the hub says that %s', async (_, act, line) => {
    const { hub, live, lines, clock } = await ready();
    act(await hub.open());
    await settle();
    expect(lines.map((text) => text.replace(/: .*; ended/, ': * ended'))).toEqual([line]);
    expect([live.open, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('ends with a last fragment when recording is switched off, and records nothing then', async () => {
    const { hub, live, lines } = await ready();
    const connection = await hub.open();
    live.newest('video').send(pictures(AFTER_IT));
    await settle();
    await hub.activate(0);
    await settle();
    expect(connection.packets.map(({ isLast }) => isLast)).toEqual([false, false, true]);
    expect(lines[0]).toMatch(/ended: recording was switched off in Home$/);
    connection.say('ack', { streamId: 1, endOfStream: true });
    expect((await hub.open(2)).answers).toEqual([[6, 1]]);
  });

  it('is cut off by hap-nodejs when the camera is switched off in Home', async () => {
    const { hub, live, lines, management } = await ready();
    const connection = await hub.open();
    await management.operatingModeService.getCharacteristic(hap.Characteristic.HomeKitCameraActive).handleSetRequest(0);
    await settle();
    expect([connection.closes, live.open]).toEqual([[1], 0]);
    expect(lines[0]).toMatch(/ended: it is not allowed \(1\)$/);
  });

  it('tells the hub at once that nothing comes, when the recorder has nothing', async () => {
    const { hub, live, lines, clock } = await ready();
    live.past = () => [];
    const connection = await hub.open();
    await clock.advance(4500);
    expect([connection.packets.length, connection.closes, live.open]).toEqual([0, [6], 0]);
    expect(lines).toEqual([expect.stringMatching(/^warn: .*; nothing was sent; ended: nothing came from the camera$/)]);
  });

  it('closes the stream and says so when something of ours fails', async () => {
    const { hub, live, lines } = await ready();
    const connection = await hub.open();
    const broken = pictures({ from: 10.2, seconds: 1 }).map((packet) => ({ ...packet, data: undefined as unknown as Uint8Array }));
    live.newest('video').send(broken);
    await settle();
    expect([connection.closes, live.open]).toEqual([[5], 0]);
    expect(lines).toEqual([expect.stringMatching(/^warn: .*1 fragments of 4.0 s; ended: an error of ours: /)]);
  });

  it('encodes for ten minutes what could not be copied', async () => {
    const { hub, live, clock } = await ready();
    const good = live.past;
    live.past = (options) => (options.video === true ? pictures({ from: 0, seconds: 8, gopSeconds: 10 }) : good(options));
    const wanted = async (streamId: number): Promise<unknown> => {
      const connection = await hub.open(streamId);
      connection.say('close', { streamId, reason: 0 });
      await settle();
      return live.streams.map(({ options }) => (options.video === true ? 'copy' : 'encode')).join(' ');
    };
    expect([await wanted(1), await wanted(2)]).toEqual(['copy encode', 'copy encode encode']);
    await clock.advance(600_000);
    expect(await wanted(3)).toBe('copy encode encode copy encode');
  });

  it('ends what runs with a last fragment and listens no more once it is disposed of', async () => {
    const { hub, live, delegate, management, clock } = await ready();
    const connection = await hub.open();
    const active = management.recordingManagementService.getCharacteristic(hap.Characteristic.Active);
    const listeners = active.listenerCount('change');
    delegate.dispose();
    await settle();
    expect([live.open, clock.pendingTimers, active.listenerCount('change')]).toEqual([0, 0, listeners - 1]);
    expect(connection.packets.at(-1)!.isLast).toBe(true);
    connection.say('ack', { streamId: 1, endOfStream: true });
    expect((await hub.open(2)).closes).toEqual([1]);
  });
});

describe('Active', () => {
  it('is what its characteristic says: hap-nodejs 2.2.3 tells nothing of it after all pairings were removed and one was made again', async () => {
    const { hub, controller, delegate, told } = await ready();
    expect([told.splice(0), delegate.isActive]).toEqual([['chosen', true], true]);
    controller.handleFactoryReset();
    expect([told.splice(0), delegate.isActive]).toEqual([[false, 'nothing chosen'], false]);

    await hub.choose();
    expect((await hub.open(1)).closes).toEqual([1]);
    await hub.activate(1);
    // The defect: another call with true is due here. This fails once it is mended, and `follow` may go then.
    expect(told.splice(0)).toEqual(['chosen']);
    expect(delegate.isActive).toBe(true);
    expect((await hub.open(2)).packets.length).toBe(2);
  });

  it('is what hap-nodejs says, where nothing is followed', () => {
    const delegate = new RecordingDelegate({ context: world().context, hap });
    expect(delegate.isActive).toBe(false);
    delegate.updateRecordingActive(true);
    expect(delegate.isActive).toBe(true);
  });
});

describe('what hubs are offered', () => {
  it('never changes, whatever camera and settings are: a hub would forget what it chose', () => {
    const hash = (settings: object): unknown => {
      const { management } = world(settings);
      return (management as unknown as { serialize(): { configurationHash: { hash: string } } }).serialize().configurationHash.hash;
    };
    expect([hash({}), hash({ audio: false, maxRecordingKbps: 8000, recording: false })]).toEqual([FROZEN, FROZEN]);
  });

  it('is remembered over a restart', async () => {
    const { controller } = await ready();
    const kept = controller.serialize()!;
    const { controller: next, delegate, told } = world();
    next.deserialize(kept);
    expect([told, delegate.isActive]).toEqual([['chosen', true], true]);
  });
});
