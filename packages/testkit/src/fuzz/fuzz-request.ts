// Requests made of an OpenAPI description and chance: mostly right, with something wrong about them.
import { type InputSchema, sampleInput } from '../sample-input.ts';
import { HOSTILE_BODIES, HOSTILE_PATHS, HOSTILE_TEXTS, HOSTILE_VALUES } from './hostile-values.ts';

/** The part of an OpenAPI description that requests are made of. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly 'x-websocket'?: boolean;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: InputSchema }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: InputSchema } } };
}

/** A request to send, byte by byte. */
export interface FuzzRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Chance, and what stands for it. */
export interface Dice {
  /** In [0, 1). */
  random(): number;
  pick<T>(from: readonly T[]): T;
}

/** Dice that fall as `random` says. */
export const diceOf = (random: () => number): Dice => ({ random, pick: (from) => from[Math.floor(random() * from.length)]! });

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const;
const TYPES = [
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-7',
  'a',
] as const;
const RANGES = ['bytes=0-', 'bytes=5-1', 'bytes=-5', 'bytes=999999999999-', 'bytes=0-0,5-9', 'lines=1-2', 'bytes=abc', 'bytes=-'] as const;

/** One request. @param token - A good one, which most requests carry. */
export function fuzzRequest(description: ApiDescription, token: string, dice: Dice): FuzzRequest {
  const all = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const { path, method, operation } = dice.pick(all);
  const headers = { ...credentials(token, dice), ...oddHeaders(operation, dice) };
  if (dice.random() < 0.1) return { operation: 'none', method: dice.pick(METHODS), path: dice.pick(HOSTILE_PATHS), headers, body: '' };
  const address = `/api/v1${pathOf(path, operation, dice)}${queryOf(operation, dice)}`;
  const sent = dice.random() < 0.05 ? dice.pick(METHODS) : method.toUpperCase();
  const body = bodyOf(operation, dice);
  const type = dice.random() < 0.05 ? dice.pick(TYPES) : 'application/json';
  return { operation: operation.operationId, method: sent, path: address, headers: { ...headers, ...(body === '' ? {} : { 'content-type': type }) }, body };
}

function credentials(token: string, dice: Dice): Record<string, string> {
  const chance = dice.random();
  if (chance < 0.85) return { authorization: `Bearer ${token}` };
  if (chance < 0.9) return {};
  return {
    authorization: dice.pick([
      'Bearer',
      'Bearer  ',
      `Basic ${btoa('admin:admin')}`,
      'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.',
      `Bearer ${token}x`,
      `Bearer ${'a'.repeat(3000)}`,
    ]),
  };
}

function oddHeaders(operation: DescribedOperation, dice: Dice): Record<string, string> {
  const socket = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  if (operation['x-websocket'] === true && dice.random() < 0.7) return socket;
  const chance = dice.random();
  if (chance < 0.03) return socket;
  if (chance < 0.1) return { range: dice.pick(RANGES), 'if-range': dice.pick(['"a"', 'x', 'Sun, 22 Nov 2026 12:00:00 GMT']) };
  if (chance < 0.14) return { 'if-none-match': dice.pick(['*', '"a", W/"b"', '"', ',,,']) };
  if (chance < 0.18) return { origin: 'https://evil.example', 'access-control-request-method': 'DELETE' };
  if (chance < 0.22) return { 'x-forwarded-for': dice.pick(['127.0.0.1', "1' OR 1", 'a,b,c', '::ffff:1.2.3.4']), forwarded: 'for=_x' };
  return {};
}

/** A value for a field: one it takes, or one it should not. */
function valueFor(schema: InputSchema, dice: Dice, isText: boolean): unknown {
  const chance = dice.random();
  if (chance < 0.55) return sampleInput(schema);
  if (isText || chance < 0.8) return dice.pick(HOSTILE_TEXTS);
  return dice.pick(HOSTILE_VALUES);
}

const encoded = (value: unknown): string => {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // Half a surrogate pair has no encoding; what stands for it has.
  return encodeURIComponent(Buffer.from(text).toString());
};

function pathOf(path: string, { parameters = [] }: DescribedOperation, dice: Dice): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const schema = parameters.find((each) => each.name === name && each.in === 'path')?.schema ?? { type: 'string' };
    return encoded(dice.random() < 0.7 ? sampleInput(schema) : valueFor(schema, dice, true)) || '-';
  });
}

function queryOf({ parameters = [] }: DescribedOperation, dice: Dice): string {
  const parts = parameters
    .filter(({ in: place, required }) => place === 'query' && (required || dice.random() < 0.4))
    .map(({ name, schema }) => `${name}=${encoded(valueFor(schema, dice, true))}`);
  if (dice.random() < 0.05) parts.push(`${encoded(dice.pick(HOSTILE_TEXTS))}=${encoded(dice.pick(HOSTILE_TEXTS))}`);
  if (dice.random() < 0.05) parts.push(`token=${encoded(dice.pick(HOSTILE_TEXTS))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function bodyOf({ requestBody }: DescribedOperation, dice: Dice): string {
  if (requestBody === undefined) return dice.random() < 0.03 ? dice.pick(HOSTILE_BODIES) : '';
  if (dice.random() < 0.15) return dice.pick(HOSTILE_BODIES);
  const { properties = {}, required = [] } = requestBody.content['application/json'].schema;
  const fields = Object.entries(properties).filter(([name]) => (required.includes(name) ? dice.random() < 0.95 : dice.random() < 0.5));
  const body: Record<string, unknown> = Object.fromEntries(fields.map(([name, schema]) => [name, valueFor(schema, dice, false)]));
  if (dice.random() < 0.1) body[dice.pick(HOSTILE_TEXTS)] = dice.pick(HOSTILE_VALUES);
  return JSON.stringify(body);
}
