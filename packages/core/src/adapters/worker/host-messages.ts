// What sessions and their motion host say to each other. Plain data only: it may cross threads.
import type { GatedPacket } from '../../motion/decode-gate.ts';
import type { AnalysisReport, AnalysisRequest } from '../../ports/motion-analyzer.ts';
import type { PictureRequest } from '../../ports/picture-maker.ts';

/** To the host. `progress` is shared: the host stores there how many packets of the session it is done with. */
export type ToHost =
  | { readonly type: 'open'; readonly session: number; readonly request: AnalysisRequest; readonly progress: SharedArrayBuffer }
  | { readonly type: 'packets'; readonly session: number; readonly packets: readonly GatedPacket[] }
  | { readonly type: 'picture'; readonly session: number; readonly number: number; readonly request: PictureRequest }
  | { readonly type: 'close'; readonly session: number };

/** From the host. */
export type FromHost =
  | { readonly type: 'report'; readonly session: number; readonly report: AnalysisReport }
  | { readonly type: 'failure'; readonly session: number; readonly message: string }
  /** Without `jpeg` it could not be made. */
  | { readonly type: 'picture'; readonly session: number; readonly number: number; readonly jpeg?: Uint8Array; readonly message?: string }
  | { readonly type: 'closed'; readonly session: number };
