// What a node shows after a message that failed.
import { RecorderProblem } from '../site/recorder-http.ts';
import { FileProblem } from './file-problem.ts';
import { LaneFull } from './ordered-lane.ts';
import type { NodeStatus } from './site-member.ts';
import type { StatusWord } from './status-words.ts';

const WORDS: Readonly<Record<string, StatusWord>> = {
  UNREACHABLE: 'unreachable',
  NO_RECORDER: 'unreachable',
  NOT_LOGGED_IN: 'refusedToken',
  NOT_ALLOWED: 'notAllowed',
  CAMERA_NOT_FOUND: 'noCamera',
  CAMERA_OFFLINE: 'cameraOffline',
  EVENT_NOT_FOUND: 'noEvent',
};

/** A red dot with a short word; the sentence is for Catch nodes. */
export function problemStatus(error: unknown): NodeStatus {
  return { fill: 'red', shape: 'dot', word: wordOf(error) };
}

function wordOf(error: unknown): StatusWord {
  if (error instanceof LaneFull) return 'tooMany';
  if (error instanceof FileProblem) return 'notWritten';
  return (error instanceof RecorderProblem ? WORDS[error.code] : undefined) ?? 'failed';
}
