// Words of the command line by the option table. What is wrong is said without values: they may be secrets in the wrong place.
import { parseArgs } from 'node:util';
import { type AloneOption, OPTIONS, type OptionName } from './option-table.ts';
import { UsageProblem } from './usage-problem.ts';

/** What was written; flags are `true`. */
export type Arguments = Readonly<Partial<Record<OptionName, string | true>>>;

/** Where secrets that somebody tries to give as an argument go. */
const HINTS: Readonly<Record<string, string>> = {
  token: 'the token is read from NIGHTJAR_TOKEN or --token-file, because every user of the machine can read arguments',
  password: 'the password is read from MQTT_PASSWORD or --password-file, because every user of the machine can read arguments',
  username: 'the user name is read from MQTT_USERNAME, or stands in the file of --config',
};

const isOption = (name: string): name is OptionName => Object.hasOwn(OPTIONS, name);

/** @throws {UsageProblem} with the first thing that is wrong. */
export function readArguments(words: readonly string[]): Arguments {
  const options = Object.fromEntries(
    Object.entries<AloneOption>(OPTIONS).map(([name, { value, isValueOptional }]) => [
      name,
      { type: value === undefined || isValueOptional ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const short = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'V' } } as const;
  const { tokens } = parseArgs({ args: [...words], options: { ...options, ...short }, strict: false, tokens: true });
  const given: Partial<Record<OptionName, string | true>> = {};
  let mayTakeNext: { readonly name: OptionName; readonly index: number } | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional' && mayTakeNext?.index === token.index - 1) {
      given[mayTakeNext.name] = token.value;
      continue;
    }
    if (token.kind !== 'option') throw new UsageProblem(['takes options only, and got a word without one; --help shows them']);
    const { name, value, index } = token;
    if (!isOption(name)) throw new UsageProblem([`unknown option ${token.rawName.slice(0, 40)}; ${HINTS[name] ?? '--help lists them all'}`]);
    const option: AloneOption = OPTIONS[name];
    if (given[name] !== undefined) throw new UsageProblem([`--${name} is given twice`]);
    if (option.value === undefined && value !== undefined) throw new UsageProblem([`--${name} takes no value`]);
    if (option.value !== undefined && !option.isValueOptional && (value === undefined || value === '' || value.startsWith('--')))
      throw new UsageProblem([`--${name} needs a value: ${option.value}`]);
    given[name] = value ?? true;
    mayTakeNext = option.isValueOptional && value === undefined ? { name, index } : undefined;
  }
  return given;
}
