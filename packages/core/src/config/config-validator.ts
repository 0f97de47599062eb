// The validator of the configuration: ajv over our schema, compiled when it is first wanted.
// The bundled command line has what ajv compiled in place of this file (scripts/bundle.ts): compiling takes longer than any checking.
import { Ajv, type ValidateFunction } from 'ajv';
import { OWN_KEYWORDS } from './schema/field.ts';
import { publicSchema } from './schema/root.ts';

let compiled: ValidateFunction | undefined;

/** The validator: fills defaults in, in place, and lists in `errors` what does not fit. */
export const configValidator = (): ValidateFunction => (compiled ??= compileConfigSchema().validate);

/** Compiles anew; only with `keepSource` can ajv give the text of what it compiled. */
export function compileConfigSchema({ keepSource = false } = {}): { readonly ajv: Ajv; readonly validate: ValidateFunction } {
  // Checking our own schema against the schema of schemas takes longer than checking what people wrote; a test does it.
  const rules = { strict: true, allErrors: true, useDefaults: true, allowUnionTypes: true, meta: false, validateSchema: false };
  const ajv = new Ajv({ ...rules, code: { source: keepSource, esm: true } });
  ajv.addVocabulary([...OWN_KEYWORDS]);
  return { ajv, validate: ajv.compile(publicSchema()) };
}
