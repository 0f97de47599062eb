// What pictures of a camera are made from, and with.
import type { VideoTrack } from '@nightjar/media';
import type { CameraStatus } from '../model/camera.ts';
import type { Packet } from '../model/packet.ts';
import type { WallMs } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { PictureDecoderFactory } from '../ports/picture-decoder.ts';
import type { PictureMaker, PictureRequest } from '../ports/picture-maker.ts';
import type { PicturePainter } from '../ports/picture-painter.ts';
import type { DecoderBudget } from './decoder-budget.ts';

/** A camera as those see it who make pictures of it. */
export interface PictureSubject {
  readonly id: string;
  name(): string;
  /** Why the recorder does not connect to it; `undefined`: it does. */
  letGo(): string | undefined;
  /** Its connection now. */
  status(): { readonly status: CameraStatus; readonly problem?: string; readonly gopSeconds: number };
  /** The track of the newest run; absent before the first. */
  video(): VideoTrack | undefined;
  /** Video packets from the newest key packet on, in decode order; empty before the first of a run. */
  newestGop(): readonly Packet[];
  /** The newest key packet of the run. */
  newestKey(): Packet | undefined;
  /** Capture time of the newest frame of any run. */
  lastFrameMs(): WallMs | undefined;
  /** Words that pictures show now. */
  showText?(): string | undefined;
  /** Somebody watches pictures now, or nobody any more. */
  onWatched?(isWatched: boolean): void;
  /** Makes pictures of key frames where they are analysed, where they are. @throws RecorderError `PICTURE_FAILED`. */
  readonly fromAnalysis?: (request: PictureRequest) => Promise<Uint8Array>;
}

/** What pictures are made with. */
export interface PictureTools {
  readonly clock: Clock;
  readonly log: Logger;
  readonly decoders: PictureDecoderFactory;
  readonly maker: PictureMaker;
  readonly painter: PicturePainter;
  readonly budgets: PictureBudgets;
}

/** Places for decoders, for all cameras together. */
export interface PictureBudgets {
  /** Decoders of key frames that stay between snapshots. */
  readonly snapshots: DecoderBudget;
  /** Shared decoders of viewers; one that does not run has no place. */
  readonly viewers: DecoderBudget;
}
