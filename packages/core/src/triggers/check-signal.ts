// Refuses signals that are none, wherever they come from: with one sentence about each mistake.
import { RecorderError } from '../errors/recorder-error.ts';
import type { TriggerSignal } from '../model/trigger.ts';
import { DURATION_SECONDS, MOST_SCORE, MOST_SOURCE, MOST_TEXT, TEXT_PATTERN } from './trigger-limits.ts';

const ACTIONS: readonly string[] = ['on', 'off', 'cancel', 'pulse', 'show'] satisfies readonly TriggerSignal['action'][];
const PLAIN = new RegExp(TEXT_PATTERN, 'u');

const textFault = (name: string, text: string | undefined, most: number): string | undefined => {
  if (text === undefined) return undefined;
  const length = [...text].length;
  if (length > most) return `${name} has ${length} characters, at most ${most} are taken`;
  return PLAIN.test(text) ? undefined : `${name} has control characters or line breaks, which are not taken`;
};

const numberFault = (name: string, value: number | undefined, least: number, most: number): string | undefined =>
  value === undefined || (value >= least && value <= most) ? undefined : `${name} is ${value}, a number from ${least} to ${most} is expected`;

/** @throws RecorderError `INPUT_INVALID`. */
export function checkSignal(signal: TriggerSignal): void {
  const { action, source, durationMs, score, cause, text, showText } = signal;
  const faults = [
    ACTIONS.includes(action) ? undefined : `action is ${JSON.stringify(action)}, one of ${ACTIONS.join(', ')} is expected`,
    source === '' ? 'source is empty' : textFault('source', source, MOST_SOURCE),
    numberFault('durationSeconds', durationMs === undefined ? undefined : durationMs / 1000, DURATION_SECONDS.least, DURATION_SECONDS.most),
    numberFault('score', score, 0, MOST_SCORE),
    textFault('cause', cause, MOST_TEXT),
    textFault('text', text, MOST_TEXT),
    textFault('showText', showText, MOST_TEXT),
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new RecorderError('INPUT_INVALID', faults.join('; '));
}
