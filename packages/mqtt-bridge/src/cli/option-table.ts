// What `nightjar-mqtt-bridge` takes: the parser, `--help` and docs/reference/mqtt-bridge.md are made of this.

/** An option. */
export interface AloneOption {
  /** What is written after it; absent: nothing. */
  readonly value?: string;
  /** It may also stand alone. */
  readonly isValueOptional?: true;
  readonly description: string;
}

/** Every option, in the order of help. */
export const OPTIONS = {
  config: { value: 'FILE', description: 'a YAML file with `recorder` and `mqtt`, the latter as in nightjar.yaml; options and variables go before it' },
  recorder: { value: 'URL', description: 'where the recorder is; default http://127.0.0.1:8420' },
  'token-file': { value: 'FILE', description: 'file with the token for the recorder; otherwise NIGHTJAR_TOKEN has it' },
  api: { value: 'URL', description: 'where clients reach the recorder, as told in `info`; default: what it says, or --recorder where that is loopback' },
  broker: { value: 'URL', description: 'the MQTT broker: mqtt://, mqtts://, ws:// or wss://; default mqtt://localhost:1883' },
  'password-file': { value: 'FILE', description: 'file with the password for the broker; otherwise MQTT_PASSWORD has it' },
  ca: { value: 'FILE', description: "PEM file with the authority that signed the broker's certificate" },
  cert: { value: 'FILE', description: "PEM file with the bridge's own certificate for the broker; needs --key" },
  key: { value: 'FILE', description: 'PEM file with the key of --cert' },
  base: { value: 'TOPIC', description: 'what every topic begins with; default nightjar' },
  'client-id': { value: 'ID', description: 'how the bridge names itself to the broker; default nightjar- and the id of the recorder' },
  'home-assistant': { value: 'PREFIX', isValueOptional: true, description: 'announce cameras to Home Assistant (the default); default prefix homeassistant' },
  'no-home-assistant': { description: 'announce nothing to Home Assistant, and take back what was announced before' },
  'preview-seconds': { value: 'N', description: 'publish a picture of every camera each N seconds, 1 to 3600; default: only while somebody asks' },
  check: { description: 'connect once to the recorder and the broker, say what works and what not, and end' },
  json: { description: 'log, and print the result of --check, as JSON, one object a line' },
  'log-level': { value: 'LEVEL', description: 'leave out log lines below debug, info, warn or error; default info' },
  help: { description: 'show this' },
  version: { description: 'show the version' },
} as const satisfies Readonly<Record<string, AloneOption>>;

/** Name of an option, without dashes. */
export type OptionName = keyof typeof OPTIONS;

const SHORT: Readonly<Partial<Record<OptionName, string>>> = { help: '-h', version: '-V' };

/** What secrets and the user name come from. */
export const VARIABLES: Readonly<Record<string, string>> = {
  NIGHTJAR_TOKEN: 'token for the recorder, made by `nightjar token create`; the role operator lets MQTT control cameras',
  MQTT_USERNAME: 'user name at the broker',
  MQTT_PASSWORD: 'password at the broker',
};

const EXAMPLES = [
  {
    line: 'NIGHTJAR_TOKEN=… nightjar-mqtt-bridge --recorder http://recorder.local:8420 --broker mqtt://localhost',
    does: 'Publishes that recorder on the broker of this machine.',
  },
  {
    line: 'nightjar-mqtt-bridge --config /etc/nightjar/mqtt-bridge.yaml --check',
    does: 'Says whether the recorder and the broker can be reached, and what the token may do.',
  },
  {
    line: 'nightjar-mqtt-bridge --recorder https://recorder.local:8420 --token-file /run/secrets/token --broker mqtts://broker.local --ca ca.pem',
    does: 'The same with TLS on both sides.',
  },
];

const flagsOf = (name: string, { value, isValueOptional }: AloneOption): string => {
  const short = SHORT[name as OptionName];
  const end = value === undefined ? '' : isValueOptional ? `[=${value}]` : ` ${value}`;
  return `${short === undefined ? '' : `${short}, `}--${name}${end}`;
};

const rows = (): readonly (readonly [flags: string, description: string])[] =>
  Object.entries<AloneOption>(OPTIONS).map(([name, option]) => [flagsOf(name, option), option.description]);

/** What `--help` prints. */
export function helpText(): string {
  const list = (entries: readonly (readonly [string, string])[]): string => {
    const width = Math.max(...entries.map(([name]) => name.length));
    return entries.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('');
  };
  return (
    'Usage: nightjar-mqtt-bridge [OPTION]…\n\nPublishes a Nightjar recorder on MQTT from another machine, or beside it.\n\n' +
    `Options:\n${list(rows())}\nEnvironment:\n${list(Object.entries(VARIABLES))}\n` +
    `Examples:\n${EXAMPLES.map(({ line, does }) => `  ${line}\n      ${does}\n`).join('')}`
  );
}

/** `docs/reference/mqtt-bridge.md`. */
export function bridgeMarkdown(): string {
  const table = (head: string, entries: readonly (readonly [string, string])[]): readonly string[] => [
    `| ${head} | |`,
    '|---|---|',
    ...entries.map(([name, text]) => `| \`${name}\` | ${text} |`),
    '',
  ];
  return [
    '# nightjar-mqtt-bridge',
    '',
    'The bridge to MQTT as a program of its own, for a recorder on another machine ([how to set it up](../guide/mqtt.md)). Topics and payloads are',
    '[the same](mqtt-topics.md). It runs until SIGTERM or SIGINT, and logs on standard error.',
    '',
    'Exit codes: 0 stopped as asked, or all works that `--check` looked at; 1 failed; 2 wrong usage or a configuration with mistakes, each a line on',
    'standard error.',
    '',
    '## Options',
    '',
    ...table('option', rows()),
    '## Environment',
    '',
    'Secrets are never arguments, which every user of the machine can read.',
    '',
    ...table('variable', Object.entries(VARIABLES)),
    '## The file of `--config`',
    '',
    'YAML. `mqtt` has the words of [`mqtt` in nightjar.yaml](config.md#mqtt), as far as they concern the bridge: `broker`, `base`, `clientId`,',
    '`username`, `password`, `tls`, `publish`, `homeAssistant`. `recorder` has `url`, `token` and `api`. Texts may hold `${NAME}` and `${file:/path}`.',
    'Relative paths start at the folder of the file.',
    '',
    '```yaml',
    'recorder:',
    '  url: http://recorder.local:8420',
    '  token: ${NIGHTJAR_TOKEN}',
    'mqtt:',
    '  broker: mqtt://localhost:1883',
    '  username: recorder',
    '  password: ${file:/run/secrets/mqtt}',
    '  homeAssistant: { enabled: true, prefix: homeassistant }',
    '```',
    '',
    '## Examples',
    '',
    ...EXAMPLES.map(({ line, does }) => `- \`${line}\`: ${does}`),
    '',
  ].join('\n');
}
