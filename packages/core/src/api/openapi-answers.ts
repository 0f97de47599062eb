// What each kind of output is in OpenAPI, and which errors an operation may answer with.
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/codes.ts';
import { statusOf } from './error-status.ts';
import { isStream, type Operation } from './operation.ts';

type Json = { readonly [key: string]: unknown };

const JPEG = { 'image/jpeg': { schema: { type: 'string', contentMediaType: 'image/jpeg' } } };
const MP4 = { 'video/mp4': { schema: { type: 'string', contentMediaType: 'video/mp4' } } };

const JSON_FILE = { 'application/json': { schema: { type: 'object' } } };

const header = (description: string): Json => ({ description, schema: { type: 'string' } });
const ETAG = header('Changes with the content; with `If-None-Match` the answer is 304 while it is the same.');
const CAPTURED = header('When the picture was captured, or drawn.');
const START = header('When the first picture of the file was captured.');
const STALE = header('`true`: the camera does not deliver now, and the picture is drawn; or newer frames, of more than 30 s, can not be decoded.');

/** The answers of an operation, by status. */
export function answersOf(operation: Operation): Record<string, Json> {
  const answers: Record<string, Json> = { ...successOf(operation.output) };
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(operation)) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    const transient = codes.some((code) => ERROR_CATALOGUE[code].transient);
    answers[status] = {
      description: codes.map((code) => `\`${code}\``).join(', '),
      ...(transient ? { headers: { 'Retry-After': header('Seconds until it is worth asking again.') } } : {}),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    };
  }
  return answers;
}

/** Every code an operation may answer with: its own, and those that follow from what it takes and needs. */
export function errorsOf(operation: Operation): readonly ErrorCode[] {
  const { requires, about, output, method, path, errors = [] } = operation;
  const codes: ErrorCode[] = ['ADDRESS_INVALID', 'REQUEST_MALFORMED', 'TOO_MANY_REQUESTS', 'INTERNAL'];
  codes.push('INPUT_INVALID');
  if (requires !== 'anybody') codes.push('NOT_LOGGED_IN', 'NOT_ALLOWED', 'DATABASE_BUSY', 'DATABASE_FAILED');
  else if (method === 'GET') codes.push('NOT_LOGGED_IN');
  if (about === 'export') codes.push('EXPORT_NOT_FOUND');
  if (about === 'event' && path.includes('{id}')) codes.push('EVENT_NOT_FOUND');
  if (method !== 'GET') codes.push('BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED');
  if (isStream(operation)) codes.push('STREAMS_EXHAUSTED');
  if (output.kind === 'socket') codes.push('WEBSOCKET_ONLY');
  if (output.kind === 'file') codes.push('FILE_CHANGED', 'RANGE_NOT_THERE');
  return [...new Set([...errors, ...codes])];
}

function successOf(output: Operation['output']): Record<string, Json> {
  switch (output.kind) {
    case 'json':
      return { [output.status ?? 200]: { description: 'Done.', content: { 'application/json': { schema: JSON.parse(JSON.stringify(output.schema)) } } } };
    case 'nothing':
      return { 204: { description: 'Done.' } };
    case 'text':
      return { 200: { description: 'Text.', content: { 'text/plain': { schema: { type: 'string' } } } } };
    case 'picture':
      return {
        200: { description: 'A picture.', headers: { ETag: ETAG, 'X-Nightjar-Captured-At': CAPTURED, 'X-Nightjar-Stale': STALE }, content: JPEG },
        304: { description: 'The picture is still the same.' },
      };
    case 'pictures':
      return {
        200: {
          description: 'Pictures without end, each in place of the one before; a slow reader gets only the newest.',
          content: { 'multipart/x-mixed-replace': { schema: { type: 'string' } } },
        },
      };
    case 'file': {
      const content = output.contentType === 'application/json' ? JSON_FILE : MP4;
      return {
        200: { description: 'The whole.', headers: { ETag: ETAG, 'Accept-Ranges': header('`bytes`'), 'X-Nightjar-Start': START }, content },
        206: {
          description: 'The bytes of one range.',
          headers: { ETag: ETAG, 'Content-Range': header('Which bytes, of how many.'), 'X-Nightjar-Start': START },
          content,
        },
        304: { description: 'The file is still the same.' },
      };
    }
    case 'video':
      return { 200: { description: 'Fragmented MP4 without end.', content: MP4 } };
    default:
      return { 101: { description: 'The protocol changes to WebSocket. Errors after that come as a last message `{"type":"error","error":{…}}`.' } };
  }
}
