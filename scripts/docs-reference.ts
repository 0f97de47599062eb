// What follows from the code: the reference pages, the JSON Schema for editors and the example configuration.
// `scripts/docs.ts` writes them and names those that are out of date.
import { openApiOf } from '../packages/core/src/api/openapi.ts';
import { OPERATIONS } from '../packages/core/src/api/registry.ts';
import { COMMANDS, everyCommand } from '../packages/core/src/cli/registry.ts';
import { buildParser } from '../packages/core/src/cli/run-cli.ts';
import { exampleConfig } from '../packages/core/src/config/example-config.ts';
import { expectation } from '../packages/core/src/config/expectation.ts';
import { asNode, type SchemaNode } from '../packages/core/src/config/schema/field.ts';
import { configSchema, publicSchema } from '../packages/core/src/config/schema/root.ts';
import { ERROR_CATALOGUE, type ErrorEntry } from '../packages/core/src/errors/codes.ts';
import { METRICS } from '../packages/core/src/model/metric-list.ts';
import type { MetricFamily } from '../packages/core/src/util/metrics-register.ts';
import { httpApiPage } from './docs-http.ts';

/** Every generated file: path from the root of the repository, and what must be in it. */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/guide/nightjar.example.yaml': exampleConfig(),
    'docs/reference/cli.md': await cliPage(),
    'docs/reference/config.md': configPage(),
    'docs/reference/errors.md': errorsPage(),
    'docs/reference/http-api.md': httpApiPage(openApiOf(OPERATIONS, '1')),
    'docs/reference/metrics.md': metricsPage(),
    'packages/core/schema/config.schema.json': `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...publicSchema() }, undefined, 2)}\n`,
  };
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');

/** `docs/reference/errors.md`. */
function errorsPage(): string {
  const rows = Object.entries<ErrorEntry>(ERROR_CATALOGUE).map(
    ([code, entry]) => `| \`${code}\` | ${entry.kind} | ${entry.transient ? 'yes' : 'no'} | ${cell(entry.help)} |`,
  );
  return [
    '# Errors',
    '',
    'Codes in log lines, answers of the API and on the command line. A code keeps its meaning for ever.',
    '"Retried" says whether the recorder tries again by itself.',
    '',
    '| code | kind | retried | what happened, and what to do |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** `docs/reference/metrics.md`. */
function metricsPage(): string {
  const rows = Object.values<MetricFamily>(METRICS).map(
    ({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${cell(help)} |`,
  );
  return [
    '# Metrics',
    '',
    'What `GET /api/v1/metrics` tells, for Prometheus and whatever reads its format ([how to set it up](../guide/monitoring.md)). A figure',
    'that does not apply is left out: nothing about motion of a camera that is not analysed, no room on a disk that is away. A counter of a',
    'camera begins anew when the camera is connected to anew with other settings.',
    '',
    '| name | type | labels | what it is |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** `docs/reference/config.md`. */
function configPage(): string {
  const root = asNode(configSchema);
  const sections = Object.entries(root.properties ?? {}).flatMap(([key, node]) => sectionLines(key, node));
  return [
    '# Configuration',
    '',
    '`nightjar.yaml` is YAML. `nightjar init` writes it with every value at its default, `nightjar check-config` finds every mistake.',
    'Unknown keys are mistakes. Relative paths start at the folder of the file.',
    '',
    'Any text may hold `${NAME}` (a variable of the environment) and `${file:/path}` (the content of a file without its last line',
    'break); `$${` is a literal `${`. In the user part of a URL, characters of a looked-up password that would break the URL are encoded.',
    '',
    '"Restarts" says what a changed value restarts when the file is loaded again: nothing, motion analysis (the stream and what is',
    "recorded go on), the camera's connection, or the server (which needs a new start of `nightjar`).",
    '',
    ...sections,
  ].join('\n');
}

function sectionLines(path: string, node: SchemaNode): readonly string[] {
  const isList = node.items?.properties !== undefined;
  const properties = Object.entries((isList ? node.items?.properties : node.properties) ?? {});
  const here = isList ? `${path}[]` : path;
  const needed = (isList ? node.items : node)?.required ?? [];
  const rows = properties.map(([key, child]) => {
    const value = child.default === undefined ? (needed.includes(key) ? '**required**' : '–') : `\`${JSON.stringify(child.default)}\``;
    const restarts = { none: 'nothing', analysis: 'analysis', camera: 'camera', server: 'server' }[child['x-restart'] ?? 'server'];
    return `| \`${key}\` | ${cell(child.description ?? '')} | ${cell(expectation(child))} | ${cell(value)} | ${restarts} |`;
  });
  const below = properties.filter(([, child]) => child.properties !== undefined || child.items?.properties !== undefined);
  return [
    `## \`${here}\``,
    '',
    node.description ?? '',
    '',
    '| key | what it does | takes | default | restarts |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    ...below.flatMap(([key, child]) => sectionLines(`${here}.${key}`, child)),
  ];
}

/** `docs/reference/cli.md`. */
async function cliPage(): Promise<string> {
  const commands = await Promise.all(everyCommand(COMMANDS).map((entry) => entry.load()));
  const pages = commands.flatMap((command) => [
    `## \`nightjar ${command.name}\``,
    '',
    '```text',
    buildParser(command, { stdout: { write: () => undefined } })
      .helpInformation()
      .trimEnd(),
    '```',
    '',
    ...command.examples.flatMap((example) => [`- \`${example.line}\`: ${example.does}`]),
    '',
  ]);
  return [
    '# Command line',
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong usage or a configuration with mistakes. What went wrong is one line on standard error',
    '(a configuration: one line for each mistake). Results go to standard output, progress and log lines to standard error.',
    '',
    ...pages,
  ].join('\n');
}
