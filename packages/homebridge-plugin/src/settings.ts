// What the plugin's configuration says, with every default filled in.

/** Switches of a camera that can be tiles in Home. */
export type SwitchName = 'armed' | 'detection' | 'recording' | 'privacy';

/** How one camera is shown in Home. */
export interface FaceSettings {
  /** Not shown in Home at all. */
  readonly isHidden: boolean;
  /** Which stream live views take; `auto`: whichever fits what the viewer asked for. */
  readonly stream: 'auto' | 'main' | 'sub';
  /** Where a live view begins: with the newest key frame that was received already, or with the next one. */
  readonly liveStart: 'cached' | 'next';
  /** Whether sound is offered, live and in recordings. */
  readonly audio: boolean;
  /** Whether HomeKit Secure Video is offered. */
  readonly recording: boolean;
  /** kbit/s; what is above is encoded anew for HomeKit Secure Video. */
  readonly maxRecordingKbps: number;
  /** Viewers at a time. */
  readonly viewers: number;
  readonly occupancy: boolean;
  /** Whether it is a doorbell; a text: only triggers with that cause or source ring it. */
  readonly doorbell: boolean | string;
  readonly switches: readonly SwitchName[];
  /** What the recorder does with a camera that is switched off in Home: lets go of it, or goes on recording. */
  readonly offInHome: 'privacy' | 'record';
  /** Address that viewers are told to send to, where the machine's own choice is wrong. */
  readonly address?: string;
}
