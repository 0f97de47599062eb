// The validator of the configuration as a module's text, for builds that want it compiled beforehand.
import standalone from 'ajv/dist/standalone/index.js';
import { compileConfigSchema } from './config-validator.ts';

/** A module that has the same export as `config-validator.ts`; it needs ajv's run-time functions and nothing else. */
export function configValidatorText(): string {
  const { ajv, validate } = compileConfigSchema({ keepSource: true });
  return `${standalone.default(ajv, validate)}\nexport const configValidator = () => validate;\n`;
}
