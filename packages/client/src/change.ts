// The change feed: what is different now.
import type { Camera, TriggerAction } from './camera.ts';
import type { RecorderControls } from './controls.ts';
import type { Alert, RecorderEvent, ServerStats } from './event.ts';
import type { Export } from './export.ts';

/** A change before the feed numbered it. */
export type ChangeBody =
  | { readonly type: 'camera.changed'; readonly data: Camera }
  | { readonly type: 'camera.removed'; readonly data: { readonly id: string } }
  | {
      readonly type: 'motion.changed';
      readonly data: { readonly cameraId: string; readonly motion: boolean; readonly score: number; readonly zones: readonly string[] };
    }
  | { readonly type: 'event.opened' | 'event.updated' | 'event.closed' | 'event.ready'; readonly data: RecorderEvent }
  | { readonly type: 'event.deleted'; readonly data: { readonly id: number; readonly cameraId: string } }
  | { readonly type: 'export.changed'; readonly data: Export }
  | { readonly type: 'export.deleted'; readonly data: { readonly id: number; readonly cameraId: string } }
  | {
      readonly type: 'trigger.received';
      readonly data: { readonly cameraId: string; readonly action: TriggerAction; readonly source: string; readonly cause?: string };
    }
  | { readonly type: 'controls.changed'; readonly data: RecorderControls }
  | { readonly type: 'server.stats'; readonly data: ServerStats }
  | { readonly type: 'alert.raised' | 'alert.cleared'; readonly data: Alert };

/** One entry of the feed. `seq` grows; where it jumps, there was something that whoever reads may not see. */
export type Change = ChangeBody & { readonly seq: number; readonly at: string };
