// Whether those are there that a node lives of: a connection to a broker where nobody is looks well, and is of no use.
import { DISABLED, OFFLINE, type SiteBoard } from './site-board.ts';

/**
 * `unknown`: the broker has not told everything yet. `noRecorder`: nobody is below the base topic. `recorderOffline`: none of the recorders is there, or
 * none of those that have the cameras. `noCamera`: one of the cameras is at no recorder. `cameraOffline`: none of the cameras is received.
 * `cameraDisabled`: each of them is switched off.
 */
export type Attendance = 'unknown' | 'noRecorder' | 'recorderOffline' | 'noCamera' | 'cameraOffline' | 'cameraDisabled' | 'there';

/**
 * @param isWhole - Whether the broker has told everything it had kept, and may: who is not on the board by then is not there.
 * @param cameras - Ids that a node is for; none: whatever cameras there are.
 */
export function attendanceAt(board: Pick<SiteBoard, 'ids' | 'recorderOf' | 'text'>, isWhole: boolean, cameras: readonly string[]): Attendance {
  const servers = board.ids('server');
  const isLost = (server: string): boolean => board.text(`server/${server}/state`) === OFFLINE;
  // Of a recorder that may not be heard of itself there are the cameras.
  if (servers.length === 0 && board.ids('camera').length === 0) return isWhole ? 'noRecorder' : 'unknown';
  if (servers.length > 0 && servers.every(isLost)) return 'recorderOffline';
  const found = cameras.map((id) => board.recorderOf(id));
  if (found.includes(undefined)) return isWhole ? 'noCamera' : 'unknown';
  if (found.length === 0) return 'there';
  if (found.every((recorder) => isLost(recorder ?? ''))) return 'recorderOffline';
  // What is told of a camera is told by its recorder.
  const told = cameras.map((id) => (isLost(board.recorderOf(id) ?? '') ? OFFLINE : board.text(`camera/${id}/availability`)));
  if (told.every((text) => text === DISABLED)) return 'cameraDisabled';
  return told.every((text) => text === OFFLINE || text === DISABLED) ? 'cameraOffline' : 'there';
}
