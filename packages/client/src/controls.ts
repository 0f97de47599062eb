// What people switch while a recorder runs, beside the settings: it survives a restart, and works for cameras of the configuration file, too.

/** When footage of a camera is kept: never, around motion and triggers, or always. */
export type RecordMode = 'off' | 'motion' | 'continuous';

/** The switches of a camera. What nobody has switched follows the camera's settings. */
export interface CameraControls {
  /** Whether the recorder connects to the camera at all. */
  readonly enabled: boolean;
  /** Whether what the camera sees is worth an alarm. It is recorded either way. */
  readonly armed: boolean;
  /** Whether motion is looked for. */
  readonly detection: boolean;
  /** Whether anything is kept: `recordMode` is not `off`. Switched on again, the mode from before is in force. */
  readonly record: boolean;
  readonly recordMode: RecordMode;
  /** 0…100: of the zone that is the most sensitive. Set, it is that of every zone that looks for motion. */
  readonly sensitivity: number;
  /** The recorder lets go of the camera: no picture is taken, shown or kept. */
  readonly privacy: boolean;
}

/** The switches of a whole recorder. */
export interface RecorderControls {
  /** Off: nothing any of its cameras sees is worth an alarm. */
  readonly armed: boolean;
}
