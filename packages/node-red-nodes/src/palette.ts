// Every node file of the palette, by the type it registers; the build makes a file of each.
import type { NodeFile } from './flow/node-red.ts';
import { nightjarEventIn } from './nodes/nightjar-event-in.ts';
import { nightjarExport } from './nodes/nightjar-export.ts';
import { nightjarMotionIn } from './nodes/nightjar-motion-in.ts';
import { nightjarPtz } from './nodes/nightjar-ptz.ts';
import { nightjarRecordings } from './nodes/nightjar-recordings.ts';
import { nightjarSet } from './nodes/nightjar-set.ts';
import { nightjarSite } from './nodes/nightjar-site.ts';
import { nightjarSnapshot } from './nodes/nightjar-snapshot.ts';
import { nightjarStatus } from './nodes/nightjar-status.ts';
import { nightjarStream } from './nodes/nightjar-stream.ts';
import { nightjarTrigger } from './nodes/nightjar-trigger.ts';

/** By type. */
export const PALETTE: Readonly<Record<string, NodeFile>> = {
  'nightjar-site': nightjarSite,
  'nightjar-motion-in': nightjarMotionIn,
  'nightjar-event-in': nightjarEventIn,
  'nightjar-snapshot': nightjarSnapshot,
  'nightjar-trigger': nightjarTrigger,
  'nightjar-set': nightjarSet,
  'nightjar-ptz': nightjarPtz,
  'nightjar-recordings': nightjarRecordings,
  'nightjar-export': nightjarExport,
  'nightjar-stream': nightjarStream,
  'nightjar-status': nightjarStatus,
};
