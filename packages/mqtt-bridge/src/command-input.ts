// What commands carry: JSON, or the short forms that a person types. Whatever is wrong is said in one sentence.
import type { ExportRequest, PtzRequest, TriggerRequest } from '@nightjar/client';
import { given } from './given.ts';

/** A command that cannot be understood; the message is for the one who sent it. */
export class InputError extends Error {
  readonly code = 'INPUT_INVALID';
}

/** Commands are short. */
export const MOST_INPUT_BYTES = 4096;

/** Fields of a command; empty for an empty payload. @throws InputError where it is not a JSON object. */
export function readFields(payload: string): Readonly<Record<string, unknown>> {
  const text = payload.trim();
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new InputError('the payload is a JSON object, or empty');
}

/** `id` of a request, to be told with its result. */
export function requestId(payload: string): string | undefined {
  try {
    const { id } = readFields(payload);
    return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 128) : undefined;
  } catch {
    return undefined;
  }
}

const ACTIONS = ['on', 'off', 'cancel', 'pulse', 'show'] as const satisfies readonly TriggerRequest['action'][];
type Action = (typeof ACTIONS)[number];
const isAction = (word: unknown): word is Action => ACTIONS.includes(word as Action);

/** A trigger: empty or `PRESS` is a pulse; a number lasts so many seconds; an action is one; JSON says more. @throws InputError */
export function triggerInput(payload: string): { readonly request: TriggerRequest; readonly source: string | undefined } {
  const text = payload.trim();
  const word = text.toLowerCase();
  if (text === '' || word === 'press') return { request: { action: 'pulse' }, source: undefined };
  if (isAction(word)) return { request: { action: word }, source: undefined };
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return { request: { action: 'on', durationSeconds: Number(text) }, source: undefined };
  const fields = readFields(text);
  const duration = numberField(fields, 'duration') ?? numberField(fields, 'durationSeconds');
  const said = fields['action'];
  const action = typeof said === 'string' ? said.toLowerCase() : said;
  if (action !== undefined && !isAction(action)) throw new InputError(`action is one of ${ACTIONS.join(', ')}`);
  const more = given({
    durationSeconds: duration,
    score: numberField(fields, 'score'),
    cause: textField(fields, 'cause') ?? textField(fields, 'label'),
    text: textField(fields, 'text') ?? textField(fields, 'note'),
    showText: textField(fields, 'showText') ?? textField(fields, 'show_text'),
  });
  return { request: { action: action ?? (duration === undefined ? 'pulse' : 'on'), ...more }, source: textField(fields, 'source') };
}

const MOVES: readonly unknown[] = ['move', 'stop', 'home', 'preset'] satisfies readonly PtzRequest['action'][];

/** Where to turn a camera. @throws InputError */
export function ptzInput(payload: string): PtzRequest {
  const fields = readFields(payload);
  const { action } = fields;
  if (!MOVES.includes(action)) throw new InputError(`action is one of ${MOVES.join(', ')}`);
  const duration = numberField(fields, 'duration');
  return {
    action: action as PtzRequest['action'],
    ...given({
      pan: numberField(fields, 'pan'),
      tilt: numberField(fields, 'tilt'),
      zoom: numberField(fields, 'zoom'),
      durationMs: duration === undefined ? undefined : Math.round(duration * 1000),
      preset: textField(fields, 'preset'),
    }),
  };
}

/** A span to export. @throws InputError */
export function exportInput(cameraId: string, payload: string): ExportRequest {
  const fields = readFields(payload);
  const [from, to, name] = [textField(fields, 'from'), textField(fields, 'to'), textField(fields, 'name')];
  if (from === undefined || to === undefined) throw new InputError('from and to are times such as 2026-11-22T12:00:00Z');
  return { camera: cameraId, from, to, ...(name === undefined ? {} : { name }) };
}

/** How a preview is wanted; `OFF`: not any more. */
export type PreviewWish = 'off' | { readonly fps: number; readonly seconds: number; readonly width?: number };

/** What a preview may be asked for. */
export interface PreviewLimits {
  readonly maxFps: number;
  readonly maxSeconds: number;
}

const SLOWEST_FPS = 0.1;

/** `ON` (one a second), `OFF`, pictures a second, or JSON `{fps, seconds, width}`; `seconds` is how long it goes on unless it is asked for again. @throws InputError */
export function previewInput(payload: string, { maxFps, maxSeconds }: PreviewLimits): PreviewWish {
  const text = payload.trim();
  const word = text.toUpperCase();
  if (word === 'OFF' || text === '0') return 'off';
  const fields = word === 'ON' ? {} : /^[0-9]+(\.[0-9]+)?$/.test(text) ? { fps: Number(text) } : readFields(text);
  const [fps = 1, seconds = Math.min(60, maxSeconds), width] = [numberField(fields, 'fps'), numberField(fields, 'seconds'), widthField(fields)];
  if (fps < SLOWEST_FPS || fps > maxFps) throw new InputError(`fps is a number from ${SLOWEST_FPS} to ${maxFps}`);
  if (seconds < 1 || seconds > maxSeconds) throw new InputError(`seconds is a number from 1 to ${maxSeconds}`);
  return { fps, seconds, ...(width === undefined ? {} : { width }) };
}

/** @throws InputError where it is there and no finite number. */
export function numberField(fields: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InputError(`${name} is a number`);
  return value;
}

/** Of a picture, in pixels. @throws InputError where it is there and no picture has it. */
export function widthField(fields: Readonly<Record<string, unknown>>): number | undefined {
  const width = numberField(fields, 'width');
  if (width !== undefined && !(Number.isInteger(width) && width >= 16 && width <= 4096))
    throw new InputError('width is a whole number of pixels from 16 to 4096');
  return width;
}

/** @throws InputError where it is there and no text. */
export function textField(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new InputError(`${name} is a text`);
  return value;
}
