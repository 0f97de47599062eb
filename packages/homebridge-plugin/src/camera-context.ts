// What the parts of one camera in Home share.
import type { Camera, RecorderApi } from '@nightjar/client';
import type { Logging } from 'homebridge';
import type { SessionBook } from './session-book.ts';
import type { FaceSettings } from './settings.ts';

/** One camera as its live views, recordings, pictures and sensors know it. */
export interface CameraContext {
  /** The recorder's id of it; never changes. */
  readonly id: string;
  /** Always there: calls reject, and streams wait, while the recorder is away. */
  readonly recorder: Pick<RecorderApi, 'live' | 'snapshot' | 'setCameraControls'>;
  readonly settings: FaceSettings;
  readonly log: Logging;
  readonly sessions: SessionBook;
  /** As the recorder described it last; nothing before it did. */
  camera(): Camera | undefined;
}
