// Whether those are there that a node lives of: a connection to a broker where nobody is looks well, and is of no use.
import { OFFLINE, type SiteBoard } from './site-board.ts';

/**
 * `unknown`: the broker has not told everything yet. `noRecorder`: nobody is below the base topic. `recorderOffline`: none of the recorders is there, or
 * none of those that have the cameras. `noCamera`: one of the cameras is at no recorder. `cameraOffline`: none of the cameras is received.
 */
export type Attendance = 'unknown' | 'noRecorder' | 'recorderOffline' | 'noCamera' | 'cameraOffline' | 'there';

/**
 * @param isWhole - Whether the broker has told everything it had kept: who is not on the board by then is not there.
 * @param cameras - Ids that a node is for; none: whatever cameras there are.
 */
export function attendanceAt(board: Pick<SiteBoard, 'servers' | 'camera' | 'text'>, isWhole: boolean, cameras: readonly string[]): Attendance {
  const { servers } = board;
  const isLost = (server: string): boolean => board.text(`server/${server}/state`) === OFFLINE;
  if (servers.length === 0) return isWhole ? 'noRecorder' : 'unknown';
  if (servers.every(({ id }) => isLost(id))) return 'recorderOffline';
  const found = cameras.map((id) => board.camera(id));
  if (found.includes(undefined)) return isWhole ? 'noCamera' : 'unknown';
  if (found.length === 0) return 'there';
  if (found.every((camera) => camera !== undefined && isLost(camera.server))) return 'recorderOffline';
  const isTold = cameras.every((id) => board.text(`camera/${id}/availability`) !== undefined);
  return isTold && found.every((camera) => camera?.availability === 'offline') ? 'cameraOffline' : 'there';
}
