// Which cameras an operation is about whose input does not name them, found before anything else of it is done.
import type { RecorderApi } from '@nightjar/client';
import type { CameraId } from '../model/ids.ts';
import type { Operation } from './operation.ts';

/** Where they are looked up. */
export type CameraLookup = Pick<RecorderApi, 'event' | 'export'>;

/** @throws RecorderError `EVENT_NOT_FOUND`, `EXPORT_NOT_FOUND`. */
export async function camerasAbout(
  about: Exclude<NonNullable<Operation['about']>, 'camera'>,
  input: Readonly<Record<string, unknown>>,
  recorder: CameraLookup,
): Promise<readonly CameraId[]> {
  if (about === 'recordings') return camerasOfRecordings(input, recorder);
  const id = Number(input['id']);
  return [(await (about === 'event' ? recorder.event(id) : recorder.export(id))).cameraId];
}

async function camerasOfRecordings({ camera, events }: Readonly<Record<string, unknown>>, recorder: CameraLookup): Promise<readonly CameraId[]> {
  const found = new Set<CameraId>(typeof camera === 'string' ? [camera] : []);
  for (const id of Array.isArray(events) ? events : []) found.add((await recorder.event(Number(id))).cameraId);
  return [...found];
}
