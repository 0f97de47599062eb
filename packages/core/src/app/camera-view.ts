// A camera as clients see it: no source, no secret.
import type { Camera, CameraFunction, CameraSettingsView, CameraStream } from '@nightjar/client';
import { cameraWords } from '../config/camera-words.ts';
import type { CameraTree } from '../config/merge-camera.ts';
import type { ErrorDetail } from '../errors/detailed-error.ts';
import type { CameraSettings, CameraState } from '../model/camera.ts';
import { controlsOf, type SwitchedControls } from '../model/camera-controls.ts';
import { isoTime, type WallMs } from '../model/time.ts';
import { dataWithoutSecrets } from '../util/without-secrets.ts';

/** What is known of a running camera beside its settings. */
export interface KnownOfCamera {
  readonly state: CameraState;
  readonly streams: readonly CameraStream[];
  readonly switched: SwitchedControls;
  readonly siteArmed: boolean;
}

/** The contract's camera object, as everybody who may see the camera gets it. */
export function cameraView(camera: CameraSettings, { state, streams, switched, siteArmed }: KnownOfCamera): Camera {
  const { since, ...rest } = state;
  const controls = controlsOf(camera, switched);
  return {
    id: camera.id,
    name: camera.name,
    function: camera.function,
    audio: camera.audio,
    zones: camera.zones.map(({ id }) => id),
    controls,
    armed: controls.armed && siteArmed,
    state: { ...rest, since: isoTime(since) },
    streams,
  };
}

const shown = new WeakMap<CameraSettings, CameraSettingsView>();

/** All settings of a camera, for those who may change them. */
export function settingsView(camera: CameraSettings): CameraSettingsView {
  const view = shown.get(camera) ?? cameraWords(camera);
  shown.set(camera, view);
  return view;
}

const FUNCTIONS: readonly CameraFunction[] = ['none', 'monitor', 'modect', 'record', 'mocord', 'nodect'];

/** What is known of a camera whose settings cannot be understood. */
export interface BrokenCamera {
  readonly tree: CameraTree;
  readonly problems: readonly ErrorDetail[];
  readonly since: WallMs;
}

/** A camera that cannot run, with what is wrong with its settings. */
export function brokenCameraView(id: string, { tree, problems, since }: BrokenCamera): Camera {
  const { name, audio, function: kind } = tree;
  return {
    id,
    name: typeof name === 'string' ? name : id,
    function: FUNCTIONS.find((word) => word === kind) ?? 'none',
    audio: audio === true,
    zones: [],
    controls: { enabled: true, armed: true, detection: false, record: false, recordMode: 'off', sensitivity: 0, privacy: false },
    armed: false,
    state: {
      status: 'offline',
      fps: 0,
      bitrateKbps: 0,
      gopSeconds: 0,
      codec: '',
      width: 0,
      height: 0,
      score: 0,
      motion: false,
      recording: false,
      droppedPackets: 0,
      reconnects: 0,
      clockJumps: 0,
      since: isoTime(since),
      problem: `its settings are not valid: ${problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')}`,
    },
    settings: dataWithoutSecrets(tree) as CameraSettingsView,
    provisioned: false,
  };
}
