// Whether the recorder of a camera is there.
import type { SiteBoard } from '../site/site-board.ts';
import type { RecorderState } from './motion-states.ts';

/** As the board has it; absent while the camera, or its recorder’s state, is not known. */
export function recorderState(board: SiteBoard, camera: string): RecorderState {
  const server = board.recorderOf(camera);
  const text = server === undefined ? undefined : board.text(`server/${server}/state`);
  if (text === undefined) return undefined;
  return text === 'online' ? 'online' : 'offline';
}
