// A Homebridge plugin with one camera of made-up bytes: what the HomeKit test clients are themselves tested with.
import { createSocket, type Socket } from 'node:dgram';
import type {
  API,
  AudioStreamingCodecType,
  CameraRecordingDelegate,
  CameraStreamingDelegate,
  DynamicPlatformPlugin,
  Logging,
  PlatformAccessory,
  PlatformConfig,
  PrepareStreamCallback,
  PrepareStreamRequest,
  RecordingPacket,
  SnapshotRequest,
  SnapshotRequestCallback,
  StreamingRequest,
  StreamRequestCallback,
} from 'homebridge';
import { SrtpReceiver } from '../../../src/homekit/srtp-receiver.ts';
import { SrtpSender } from '../../../src/homekit/srtp-sender.ts';

// Values of hap-nodejs' constant enumerations, which have no objects to read them from.
const CAMERA = 17;
const MAIN_PROFILE = 1;
const LEVEL_4_0 = 2;
const OPUS = 'OPUS' as AudioStreamingCodecType.OPUS;
const AES_CM_128_HMAC_SHA1_80 = 0;
const FRAGMENTED_MP4 = 0;
const H264 = 0;
const AAC_LC = 0;
const RECORDED_AT_16_KHZ = 1;
const SSRC = 77;
const EVERY_MS = 20;
const UNITS = [Buffer.from([0x67, 1]), Buffer.from([0x68, 2]), Buffer.from([0x65, 3]), Buffer.from([0x41, 4])];

/** Sends four tiny NAL units over and over. */
class MadeUpLive implements CameraStreamingDelegate {
  readonly #log: Logging;
  readonly #views = new Map<string, { readonly socket: Socket; readonly request: PrepareStreamRequest; timer?: NodeJS.Timeout }>();

  constructor(log: Logging) {
    this.#log = log;
  }

  handleSnapshotRequest({ width, height, reason }: SnapshotRequest, callback: SnapshotRequestCallback): void {
    callback(undefined, Buffer.from(`picture ${width}x${height} ${reason ?? 'without reason'} ${'x'.repeat(5000)}`));
  }

  prepareStream(request: PrepareStreamRequest, callback: PrepareStreamCallback): void {
    const socket = createSocket('udp4');
    const receiver = new SrtpReceiver({ key: request.video.srtp_key, salt: request.video.srtp_salt });
    socket.on('message', (datagram) => this.#log.info('report of %d bytes', receiver.openRtcp(datagram)?.length));
    socket.bind(0, '127.0.0.1', () => {
      this.#views.set(request.sessionID, { socket, request });
      const { port } = socket.address();
      const answer = ({ srtp_key, srtp_salt }: PrepareStreamRequest['video']) => ({ port, ssrc: SSRC, srtp_key, srtp_salt });
      callback(undefined, { video: answer(request.video), audio: answer(request.audio) });
    });
  }

  handleStreamRequest(request: StreamingRequest, callback: StreamRequestCallback): void {
    const view = this.#views.get(request.sessionID);
    if (view !== undefined && request.type === 'start') {
      const sender = new SrtpSender({ key: view.request.video.srtp_key, salt: view.request.video.srtp_salt });
      let sequence = 65_528;
      view.timer = setInterval(() => {
        const index = sequence++;
        const payload = UNITS[index % UNITS.length] ?? Buffer.alloc(1);
        const marker = index % UNITS.length >= 2;
        const packet = { payloadType: request.video.pt, marker, sequence: index & 0xffff, timestamp: index >> 2, ssrc: SSRC, payload };
        view.socket.send(sender.sealRtp(packet), view.request.video.port, view.request.targetAddress);
      }, EVERY_MS);
    }
    if (view !== undefined && request.type === 'stop') {
      clearInterval(view.timer);
      view.socket.close();
      this.#views.delete(request.sessionID);
    }
    this.#log.info('stream request %s', request.type);
    callback();
  }
}

/** An initialization, a fragment larger than a chunk, and a last one. */
class MadeUpRecording implements CameraRecordingDelegate {
  readonly #log: Logging;

  constructor(log: Logging) {
    this.#log = log;
  }

  updateRecordingActive(active: boolean): void {
    this.#log.info('recording active %s', active);
  }

  updateRecordingConfiguration(configuration: Parameters<CameraRecordingDelegate['updateRecordingConfiguration']>[0]): void {
    this.#log.info('recording configuration %s', configuration?.videoCodec.resolution.join('x'));
  }

  async *handleRecordingStreamRequest(): AsyncGenerator<RecordingPacket> {
    yield { data: Buffer.from('initialization'), isLast: false };
    yield { data: Buffer.alloc(600_000, 5), isLast: false };
    yield { data: Buffer.from('last'), isLast: true };
  }

  acknowledgeStream(): void {
    this.#log.info('recording acknowledged');
  }

  closeRecordingStream(_streamId: number, reason: number | undefined): void {
    this.#log.info('recording closed %s', reason);
  }
}

/** One camera on the bridge, or one by itself where the configuration says `external`. */
class MadeUpPlatform implements DynamicPlatformPlugin {
  #restored: PlatformAccessory | undefined;

  constructor(log: Logging, config: PlatformConfig, api: API) {
    api.on('didFinishLaunching', () => {
      const { hap } = api;
      const uuid = hap.uuid.generate('made up');
      const accessory = this.#restored ?? new api.platformAccessory('Garden', uuid, CAMERA);
      const motion = accessory.getService(hap.Service.MotionSensor) ?? accessory.addService(hap.Service.MotionSensor);
      const live = new MadeUpLive(log);
      accessory.configureController(new hap.CameraController(cameraOptions(live, new MadeUpRecording(log), motion)));
      setInterval(
        () => motion.updateCharacteristic(hap.Characteristic.MotionDetected, motion.getCharacteristic(hap.Characteristic.MotionDetected).value !== true),
        500,
      );
      if (config['external'] === true) api.publishExternalAccessories('homebridge-made-up', [accessory]);
      else if (this.#restored === undefined) api.registerPlatformAccessories('homebridge-made-up', 'MadeUp', [accessory]);
    });
  }

  configureAccessory(accessory: PlatformAccessory): void {
    this.#restored = accessory;
  }
}

function cameraOptions(live: MadeUpLive, recording: MadeUpRecording, motion: ReturnType<PlatformAccessory['addService']>) {
  const profiles = [MAIN_PROFILE];
  const levels = [LEVEL_4_0];
  const resolutions: [number, number, number][] = [
    [1920, 1080, 15],
    [1280, 720, 30],
  ];
  const audio = {
    codecs: [{ type: OPUS, samplerate: [16, 24] }],
  };
  return {
    cameraStreamCount: 1,
    delegate: live,
    streamingOptions: { supportedCryptoSuites: [AES_CM_128_HMAC_SHA1_80], video: { codec: { profiles, levels }, resolutions }, audio },
    recording: {
      delegate: recording,
      options: {
        prebufferLength: 4000,
        mediaContainerConfiguration: { type: FRAGMENTED_MP4, fragmentLength: 4000 },
        video: { type: H264, parameters: { profiles, levels }, resolutions },
        audio: { codecs: { type: AAC_LC, samplerate: RECORDED_AT_16_KHZ } },
      },
    },
    sensors: { motion },
  };
}

/** Registers the platform. */
export default (api: API): void => api.registerPlatform('MadeUp', MadeUpPlatform);
