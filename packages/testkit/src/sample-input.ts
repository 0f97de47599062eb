// Input that an operation takes, made from its JSON Schema: enough to get past its checks.
import { Ajv } from 'ajv';

/** JSON Schema, as far as operations use it. */
export interface InputSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly InputSchema[];
  readonly items?: InputSchema;
  readonly properties?: Readonly<Record<string, InputSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly description?: string;
}

const TIME = '2026-11-22T12:00:00.000Z';

/** Texts of all the forms that operations ask for. */
const TEXTS: readonly string[] = [
  'porch',
  TIME,
  '00112233445566aa',
  'a-long-enough-password',
  'synthetic:quiet',
  '1',
  'getSnapshot',
  '#c0392b',
  'retention.days',
];

const ajv = new Ajv({ strict: false, formats: { 'date-time': (text: string) => /^\d{4}-\d{2}-\d{2}T/.test(text) } });

/** A value that `schema` takes; of a mapping only what is required. @throws Error where it does not find one. */
export function sampleInput(schema: InputSchema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? [];
  if (first !== undefined) return sampleInput(first);
  switch ([schema.type ?? 'string'].flat()[0]) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, sampleInput(schema.properties?.[name] ?? {})]));
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleInput(schema.items ?? {}));
    case 'integer':
    case 'number':
      return Math.min(schema.maximum ?? 1, Math.max(schema.minimum ?? 1, 1));
    case 'boolean':
      return true;
    case 'null':
      return null;
    default: {
      const takes = ajv.compile(schema);
      if (/ISO 8601/.test(schema.description ?? '')) return TIME;
      const text = TEXTS.find((each) => takes(each));
      if (text === undefined) throw new Error(`no sample text is what ${JSON.stringify(schema)} takes`);
      return text;
    }
  }
}
