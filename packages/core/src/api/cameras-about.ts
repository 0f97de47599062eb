// Which cameras an operation is about, found from its input before anything else of it is done.
import type { RecorderApi } from '@nightjar/client';
import type { CameraId } from '../model/ids.ts';
import type { Operation } from './operation.ts';

/** Where they are looked up. */
export type CameraLookup = Pick<RecorderApi, 'event' | 'export'>;

/** @throws RecorderError `EVENT_NOT_FOUND`, `EXPORT_NOT_FOUND`. */
export async function camerasAbout(
  about: NonNullable<Operation['about']>,
  input: Readonly<Record<string, unknown>>,
  recorder: CameraLookup,
): Promise<readonly CameraId[]> {
  const { id } = input;
  switch (about) {
    case 'camera':
      return [String(id)];
    case 'event':
      return [(await recorder.event(Number(id))).cameraId];
    case 'export':
      return [(await recorder.export(Number(id))).cameraId];
    default:
      return camerasOfRecordings(input, recorder);
  }
}

async function camerasOfRecordings({ camera, events }: Readonly<Record<string, unknown>>, recorder: CameraLookup): Promise<readonly CameraId[]> {
  const found = new Set<CameraId>(typeof camera === 'string' ? [camera] : []);
  for (const id of Array.isArray(events) ? events : []) found.add((await recorder.event(Number(id))).cameraId);
  return [...found];
}
