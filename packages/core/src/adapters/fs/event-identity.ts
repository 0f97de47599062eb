// The event's record inside its video file, from which a lost row is rebuilt.
import { readIdentityBox, writeIdentityBox } from '@nightjar/media';
import type { EventRecord } from '../../model/event.ts';

const FIELDS = {
  id: 'number',
  cameraId: 'string',
  serverId: 'string',
  name: 'string',
  state: 'string',
  startMs: 'number',
  endMs: 'number',
  causes: 'array',
  armed: 'boolean',
  maxScore: 'number',
  totalScore: 'number',
  frames: 'number',
  alarmFrames: 'number',
  areaId: 'string',
  scheme: 'string',
  directory: 'string',
  sizeBytes: 'number',
  videoCodec: 'string',
  width: 'number',
  height: 'number',
  hasSnapshot: 'boolean',
  hasAlarmPicture: 'boolean',
  notes: 'string',
  tags: 'array',
  protected: 'boolean',
  recovered: 'boolean',
} as const satisfies Readonly<Record<keyof EventRecord, string>>;

const isRecord = (value: unknown): value is EventRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.entries(FIELDS).every(([name, type]) => {
    const field = fields.get(name);
    return type === 'array' ? Array.isArray(field) : typeof field === type;
  });
};

/** The box that carries `event`. */
export const identityBoxOf = (event: EventRecord): Uint8Array => writeIdentityBox(new TextEncoder().encode(JSON.stringify(event)));

/** Reads the record from a whole box; `undefined` where the box is another one or holds no record. */
export const readEventIdentity = (box: Uint8Array): EventRecord | undefined => {
  const json = readIdentityBox(box);
  if (json === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(json));
    // Recorders that could not be disarmed did not write it.
    const complete: unknown = typeof value === 'object' && value !== null ? { armed: true, ...value } : value;
    return isRecord(complete) ? complete : undefined;
  } catch {
    return undefined;
  }
};
