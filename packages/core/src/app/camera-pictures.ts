// What shows a camera as JPEG, put together from what its pipeline knows.
import type { PacketRing } from '../capture/packet-ring.ts';
import { type CameraSettings, whyLetGo } from '../model/camera.ts';
import type { Logger } from '../ports/logger.ts';
import { CameraPictures } from '../streams/camera-pictures.ts';
import { DecoderBudget } from '../streams/decoder-budget.ts';
import type { PictureBudgets, PictureSubject } from '../streams/picture-subject.ts';
import type { CameraReport } from './camera-report.ts';
import type { Environment } from './environment.ts';

/** Decoders that stay between snapshots. Cameras beyond them are decoded by a process for each picture. */
const MOST_SNAPSHOT_DECODERS = 8;
/** Decoders of MJPEG viewers that run at once, one for each camera and size. */
const MOST_VIEWER_DECODERS = 8;

/** Places for one recorder. */
export const pictureBudgets = (): PictureBudgets => ({
  snapshots: new DecoderBudget(MOST_SNAPSHOT_DECODERS),
  viewers: new DecoderBudget(MOST_VIEWER_DECODERS),
});

/** What is put together. */
export interface CameraPicturesOptions extends Pick<PictureSubject, 'fromAnalysis' | 'onWatched' | 'showText'> {
  /** Its settings as they are now. */
  camera(): CameraSettings;
  readonly env: Environment;
  readonly log: Logger;
  readonly report: CameraReport;
  readonly ring: PacketRing;
  readonly budgets: PictureBudgets;
}

/** Pictures of one camera. */
export function cameraPictures({ camera, env, log, report, ring, budgets, ...help }: CameraPicturesOptions): CameraPictures {
  const subject: PictureSubject = {
    id: camera().id,
    name: () => camera().name,
    letGo: () => whyLetGo(camera()),
    status: () => report.connection(),
    video: () => report.info?.video,
    newestKey: () => ring.newestKey(),
    newestGop: () => ring.newestGop(),
    lastFrameMs: () => report.lastFrameMs,
    ...help,
  };
  return new CameraPictures(subject, { clock: env.clock, log, decoders: env.pictureDecoders, maker: env.pictures, painter: env.painter, budgets });
}
