// `docs/reference/http-api.md`, written from the OpenAPI description that the recorder itself serves.
import type { JsonObject } from '../packages/core/src/api/openapi.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly examples?: readonly unknown[];
}

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly 'x-websocket'?: boolean;
  readonly security: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

/** What every operation may answer with; named once, not at each. */
const EVERYWHERE = ['ADDRESS_INVALID', 'REQUEST_MALFORMED', 'TOO_MANY_REQUESTS', 'INTERNAL', 'INPUT_INVALID', 'NOT_LOGGED_IN', 'NOT_ALLOWED'].concat(
  'DATABASE_BUSY',
  'DATABASE_FAILED',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
);

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');

/** The page. */
export function httpApiPage(description: JsonObject): string {
  const { tags, paths } = description as unknown as Document;
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ path, method: method.toUpperCase(), ...each })),
  );
  const sections = tags.flatMap(({ name, description: about }) => {
    const its = all.filter((each) => each.tags[0] === name);
    return its.length === 0 ? [] : [`## ${name}`, '', about, '', ...its.flatMap(operationLines)];
  });
  return [...INTRODUCTION, ...sections].join('\n');
}

const INTRODUCTION = [
  '# HTTP and WebSocket',
  '',
  'Everything is below `/api/v1`. `GET /api/v1/openapi.json` is this page for machines (OpenAPI 3.1); what is here is made from it.',
  '',
  '```sh',
  'TOKEN=$(curl -s http://127.0.0.1:8420/api/v1/auth/login -H "Content-Type: application/json" \\',
  `  -d '{"name":"admin","password":"…"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
  'curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8420/api/v1/cameras',
  '```',
  '',
  '**Who asks.** `Authorization: Bearer TOKEN` with an access token (`POST /auth/login`) or a machine’s token (`nightjar token create`). `<img>` and',
  '`<video>` cannot send headers: `POST /media-tokens` makes tokens for `?token=`, good for one camera, some operations and minutes. WebSockets of',
  'browsers are opened with the protocols `nightjar` and `bearer.TOKEN`.',
  '',
  '**What goes in.** Paths and queries are texts, bodies JSON objects. Unknown keys are mistakes. Lists in a query repeat their key. Times are ISO 8601',
  'with a zone.',
  '',
  '**What comes out.** JSON, unless said otherwise; take answers with more keys than are told here. Errors are',
  '`{"error":{"code":"CAMERA_NOT_FOUND","message":"…","details":[…]}}` with a code of the [catalogue](errors.md); `Retry-After` says when it is worth asking',
  'again. Every operation may answer 400 (`INPUT_INVALID`, `ADDRESS_INVALID`, `REQUEST_MALFORMED`), 401 (`NOT_LOGGED_IN`), 403 (`NOT_ALLOWED`),',
  '429 (`TOO_MANY_REQUESTS`), 500 (`INTERNAL`) and 503 (`DATABASE_BUSY`, `DATABASE_FAILED`), and with a body 413 and 415; below stands what is special to each.',
  '',
];

function operationLines(each: Described & { readonly path: string; readonly method: string }): readonly string[] {
  const inputs = [
    ...(each.parameters ?? []).map(({ name, in: place, required, description, schema }) =>
      inputRow(name, place, required, { ...schema, ...(description === undefined ? {} : { description }) }),
    ),
    ...bodyRows(each.requestBody?.content['application/json'].schema),
  ];
  const isSocket = each['x-websocket'] === true;
  const special = codesOf(each.responses).filter((code) => !EVERYWHERE.includes(code));
  return [
    `### \`${isSocket ? 'WS' : each.method} ${each.path}\``,
    '',
    `\`${each.operationId}\`: ${each.summary} ${each.description}${each.security.length > 1 ? ' Takes media tokens.' : ''}`,
    '',
    ...(inputs.length === 0 ? [] : ['| input | in | takes | default | what it is |', '|---|---|---|---|---|', ...inputs, '']),
    ...answerLines(each.responses),
    ...(special.length === 0 ? [] : [`Errors: ${special.map((code) => `\`${code}\``).join(', ')}.`, '']),
    '```sh',
    exampleOf(each),
    '```',
    '',
  ];
}

function inputRow(name: string, place: string, isRequired: boolean, schema: Schema): string {
  const value = schema.default === undefined ? (isRequired ? '**required**' : '–') : `\`${JSON.stringify(schema.default)}\``;
  return `| \`${name}\` | ${place} | ${cell(takes(schema))} | ${cell(value)} | ${cell(schema.description ?? '')} |`;
}

const bodyRows = (schema: Schema | undefined): readonly string[] =>
  Object.entries(schema?.properties ?? {}).map(([name, each]) => inputRow(name, 'body', (schema?.required ?? []).includes(name), each));

/** A schema in a few words. */
function takes(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(takes).join(' or ');
  const types = [schema.type ?? 'anything'].flat();
  return types.map((type) => ofType(type, schema)).join(' or ');
}

function ofType(type: string, schema: Schema): string {
  const range = (least: number | undefined, most: number | undefined, unit = ''): string => {
    if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`;
    if (most !== undefined) return `, at most ${most}${unit}`;
    return least === undefined ? '' : `, at least ${least}${unit}`;
  };
  if (type === 'string') return schema.format === 'date-time' ? 'time' : `text${range(schema.minLength, schema.maxLength, ' characters')}`;
  if (type === 'integer') return `whole number${range(schema.minimum, schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum)}`;
  if (type === 'number') return `number${range(schema.minimum, schema.maximum)}`;
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'array') return `list of ${takes(schema.items ?? {})}${range(schema.minItems, schema.maxItems, ' of them')}`;
  if (type === 'object') return 'mapping';
  return type;
}

function answerLines(responses: Described['responses']): readonly string[] {
  const good = Object.entries(responses).filter(([status]) => Number(status) < 400);
  return good.flatMap(([status, { description, content }]) => {
    const types = Object.keys(content ?? {});
    const schema = content?.['application/json']?.schema;
    const shape = schema === undefined ? '' : shapeOf(schema);
    return [`${status}: ${types.length === 0 || shape !== '' ? '' : `\`${types.join('`, `')}\`. `}${description}${shape === '' ? '' : ` ${shape}`}`, ''];
  });
}

/** The keys of an answer. */
function shapeOf(schema: Schema): string {
  const keys = (each: Schema): string =>
    `{${Object.keys(each.properties ?? {})
      .map((key) => ((each.required ?? []).includes(key) ? key : `${key}?`))
      .join(', ')}}`;
  if (schema.items !== undefined) return `A list of \`${keys(schema.items)}\`.`;
  return schema.properties === undefined ? '' : `\`${keys(schema)}\`.`;
}

const codesOf = (responses: Described['responses']): readonly string[] =>
  Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([, { description }]) => [...description.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code));

const EXAMPLES: Readonly<Record<string, string>> = { from: '2026-11-22T12:00:00Z', to: '2026-11-22T13:00:00Z' };

/** One way to ask, with what is required. */
function exampleOf(each: Described & { readonly path: string; readonly method: string }): string {
  const parameters = each.parameters ?? [];
  const path = each.path.replace(/\{(\w+)\}/g, (_all, name: string) => String(sample(parameters.find((one) => one.name === name)?.schema)));
  // What has a default need not be said, though it is always there for the operation.
  const query = parameters
    .filter(({ in: place, required, schema }) => place === 'query' && required && schema.default === undefined)
    .map(({ name, schema }) => `${name}=${EXAMPLES[name] ?? String(sample(schema))}`);
  const address = `http://127.0.0.1:8420/api/v1${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  if (each['x-websocket'] === true) return `websocat -H "Authorization: Bearer $TOKEN" "${address.replace('http:', 'ws:')}"`;
  const schema = each.requestBody?.content['application/json'].schema;
  const body = schema?.examples?.[0] ?? Object.fromEntries((schema?.required ?? []).map((name) => [name, sample(schema?.properties?.[name])]));
  return [
    'curl',
    each.method === 'GET' || (each.method === 'POST' && schema !== undefined) ? '' : `-X ${each.method}`,
    each.security.length === 0 ? '' : '-H "Authorization: Bearer $TOKEN"',
    schema === undefined ? '' : `-H "Content-Type: application/json" -d '${JSON.stringify(body)}'`,
    /\.(jpg|mp4)$/.test(path) ? `-o ${path.split('/').at(-1)}` : '',
    `"${address}"`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** A value that is taken: the one that is shown, else the least. */
function sample(schema: Schema = {}): unknown {
  const [shown] = schema.examples ?? [];
  if (shown !== undefined) return shown;
  const type = [schema.type ?? 'string'].flat()[0];
  if (schema.enum !== undefined) return schema.enum[0];
  if (type === 'array') return [sample(schema.items)];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  return type === 'object' ? {} : '…';
}
