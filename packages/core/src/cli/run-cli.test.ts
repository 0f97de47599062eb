import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../adapters/sqlite/sqlite-database.ts';
import { SqliteEventStore } from '../adapters/sqlite/sqlite-event-store.ts';
import { exampleConfig } from '../config/example-config.ts';
import { InvariantError, RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import { wallMs } from '../model/time.ts';
import type { Command, CommandArgs } from './command.ts';
import { createInitCommand } from './commands/init.ts';
import { COMMANDS, type CommandEntry, type CommandLineEntry, everyCommand } from './registry.ts';
import { runCli } from './run-cli.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'nightjar-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function run(
  words: readonly string[],
  options: { readonly commands?: readonly CommandLineEntry[]; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const written = { stdout: '', stderr: '' };
  const code = await runCli(words, {
    version: '1.2.3',
    io: {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      env: options.env ?? {},
      cwd,
      isTty: false,
      signal: new AbortController().signal,
    },
    ...(options.commands === undefined ? {} : { commands: options.commands }),
  });
  return { code, ...written };
}

const entryOf = (command: Command): CommandEntry => ({ name: command.name, summary: command.summary, load: () => Promise.resolve(command) });

function command(behaviour: (args: CommandArgs) => void): readonly CommandEntry[] {
  const does: Command = {
    name: 'do',
    summary: 'do it',
    arguments: [{ name: 'WHAT', description: 'what', required: true, many: true }],
    options: [
      { flags: '--post-roll <s>', description: 'seconds' },
      { flags: '-f, --force', description: 'force' },
      { flags: '--of <id...>', description: 'of which', many: true },
      { flags: '--mode <m>', description: 'mode', choices: ['a', 'b'], default: 'a' },
    ],
    examples: [{ line: 'nightjar do this', does: 'Does this.' }],
    run: (args) => {
      behaviour(args);
      return Promise.resolve(0);
    },
  };
  return [entryOf(does), { name: 'broken', summary: 'never loaded', load: () => Promise.reject(new Error('loaded')) }];
}

describe('the command line', () => {
  it('lists the commands without loading any', async () => {
    const { code, stdout } = await run(['--help'], { commands: command(() => undefined) });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/ {2}do {6}do it\n {2}broken {2}never loaded\n/)]);
    expect((await run([])).code).toBe(2);
  });

  it('tells the version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  it('shows what a command takes, with examples', async () => {
    for (const words of [
      ['do', '--help'],
      ['help', 'do'],
    ]) {
      const { code, stdout } = await run(words, { commands: command(() => undefined) });
      expect(code).toBe(0);
      for (const part of ['Usage: nightjar do [options] <WHAT...>', '--post-roll <s>', '--json', '--log-level', 'nightjar do this\n      Does this.'])
        expect(stdout).toContain(part);
    }
  });

  it('hands over arguments, options and defaults', async () => {
    let seen: CommandArgs | undefined;
    const { code } = await run(['do', 'x', '--post-roll', '5', '-f', 'y', '--of', '1', '2', '--of', '3', '--json', '--log-level', 'debug'], {
      commands: command((args) => (seen = args)),
    });
    expect(code).toBe(0);
    expect(seen).toEqual({
      positionals: ['x', 'y'],
      options: { postRoll: '5', force: true, mode: 'a' },
      lists: { of: ['1', '2', '3'] },
      json: true,
      logLevel: 'debug',
    });
  });

  it.each([
    [['bo'], 'nightjar: unknown command bo; did you mean do? nightjar --help lists them all\n'],
    [['dance'], 'nightjar: unknown command dance; nightjar --help lists them all\n'],
    [['--bogus'], 'nightjar: unknown option --bogus\n'],
    [['--halp'], 'nightjar: unknown option --halp; did you mean --help?\n'],
    [['do', 'x', '--forse'], 'nightjar: unknown option "--forse"; did you mean --force?\n'],
    [['do', 'x', '--secret=hunter2'], 'nightjar: unknown option "--secret"\n'],
    [['do'], 'nightjar: missing required argument "WHAT"\n'],
    [['do', 'x', '--post-roll'], 'nightjar: option "--post-roll <s>" argument missing\n'],
    [['do', 'x', '--mode', 'c'], 'nightjar: option "--mode <m>" argument "c" is invalid. Allowed choices are a, b.\n'],
    [['do', 'x', '--log-level', 'loud'], 'nightjar: option "--log-level <level>" argument "loud" is invalid. Allowed choices are debug, info, warn, error.\n'],
    [['check-config', 'a', 'rtsp://u:hunter2@x/'], 'nightjar: too many arguments. Expected 1 argument but got 2\n'],
  ])('says in one line what is wrong with %j', async (words, stderr) => {
    const commands = words[0] === 'check-config' ? COMMANDS : command(() => undefined);
    expect(await run(words, { commands })).toEqual({ code: 2, stdout: '', stderr });
  });

  it.each([
    [new RecorderError('PROBE_FAILED', 'no video\nat all'), 1, 'nightjar: no video at all\n'],
    [new RecorderError('USAGE', 'not like this'), 2, 'nightjar: not like this\n'],
    [new RecorderError('CONFIG_INVALID', 'a.yaml:1:1: x\na.yaml:2:1: y'), 2, 'a.yaml:1:1: x\na.yaml:2:1: y\n'],
    [new AggregateError([new RecorderError('DISK_FULL', 'no space')]), 1, 'nightjar: no space\n'],
    [new RangeError('bug'), 1, 'nightjar: internal error: bug\n'],
  ])('turns %p into an exit code and a line without a stack', async (error, code, stderr) => {
    const commands = command(() => {
      throw error;
    });
    expect(await run(['do', 'x'], { commands })).toEqual({ code, stdout: '', stderr });
  });

  it('shows the stack where something happened that cannot', async () => {
    const commands = command(() => {
      throw new InvariantError('impossible');
    });
    expect((await run(['do', 'x'], { commands })).stderr).toMatch(/^nightjar: internal error: InvariantError: impossible\n +at /);
  });

  it('has commands that agree with their entries, each with examples that begin with its name', async () => {
    for (const entry of everyCommand(COMMANDS)) {
      const loaded = await entry.load();
      expect([loaded.name, loaded.summary]).toEqual([entry.name, entry.summary]);
      expect(loaded.examples.length).toBeGreaterThan(0);
      for (const example of loaded.examples) expect(example.line).toMatch(new RegExp(`^nightjar ${entry.name}( |$)`));
      expect((await run([...entry.name.split(' '), '--help'])).code).toBe(0);
    }
  });
});

describe('check-config', () => {
  it('says that a good file is good', async () => {
    writeFileSync(join(cwd, 'nightjar.yaml'), 'cameras: [{ id: a, source: "synthetic:quiet" }]\n');
    expect(await run(['check-config'])).toEqual({ code: 0, stdout: 'nightjar.yaml: ok, 1 camera\n', stderr: '' });
    expect((await run(['check-config', 'nightjar.yaml', '--json'])).stdout).toBe('{"ok":true,"problems":[],"notes":[]}\n');
  });

  it('says what has no effect yet of what a good file asks for', async () => {
    const zone = '{ id: window, kind: privacy, polygon: [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 1 }] }';
    writeFileSync(join(cwd, 'nightjar.yaml'), `cameras: [{ id: a, source: "synthetic:quiet", function: nodect, zones: [${zone}] }]\n`);
    const { code, stdout, stderr } = await run(['check-config']);
    expect([code, stdout]).toEqual([0, 'nightjar.yaml: ok, 1 camera\n']);
    expect(stderr).toMatch(/^nightjar\.yaml: note: camera a: motion in window is ignored[^\n]*\n$/);
  });

  it('lists every mistake with file, line and key, named as the file was', async () => {
    writeFileSync(join(cwd, 'bad.yaml'), 'http: { prot: 1 }\ncameras:\n  - source: "rtsp://u:hunter2@h/"\n    function: modetc\n');
    const { code, stdout, stderr } = await run(['check-config', 'bad.yaml']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      'bad.yaml:1:9: http.prot',
      'bad.yaml:3:5: cameras[0].id',
      'bad.yaml:4:15: cameras[0].function',
      '',
    ]);
    const json = JSON.parse((await run(['check-config', 'bad.yaml', '--json'])).stdout) as { problems: unknown[] };
    expect(json.problems[2]).toMatchObject({ file: 'bad.yaml', line: 4, path: 'cameras[0].function', got: '"modetc"', nearest: 'modect' });
  });

  it.each([
    ['none.yaml', 'does not exist'],
    ['.', 'this is a directory'],
  ])('refuses %s', async (file, reason) => {
    const { code, stderr } = await run(['check-config', file]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
    expect(stderr).toMatch(/^\S*:1:1: [^\n]+\n$/);
  });
});

describe('probe', () => {
  it('names the scenes there are', async () => {
    const { code, stderr } = await run(['probe', 'synthetic:foo']);
    expect([code, stderr]).toEqual([2, 'nightjar: there is no such scene; expected synthetic: or synthetic:NAME of visitor, busy, cat, quiet, night\n']);
  });
});

describe('start', () => {
  it('refuses to stand open in one line, with its code and what makes an account of this configuration', async () => {
    writeFileSync(join(cwd, 'open.yaml'), 'http: { host: 0.0.0.0 }\ncameras: []\n');
    const file = join(cwd, 'open.yaml');
    const { code, stderr } = await run(['start', '--config', 'open.yaml']);
    expect([code, stderr]).toEqual([
      2,
      `nightjar: http.host is 0.0.0.0, where others reach the recorder, and there is no account yet; make one first: nightjar user add NAME --role admin --config ${file} (NO_ACCOUNTS)\n`,
    ]);
  });
});

describe('demo', () => {
  it.each([
    ['nonsense', 'there is no file "nonsense"; expected a video file, or a URL such as rtsp://192.0.2.10/main'],
    ['/nope.mp4', 'there is no file "/nope.mp4"; expected a video file, or a URL such as rtsp://192.0.2.10/main'],
    ['file:/nope.mp4', 'got a file that does not exist, expected a video file that can be read'],
    ['gopher://x/y', 'got a URL of scheme gopher, expected one of the schemes rtsp, rtsps, http, https, file, v4l2, synthetic'],
  ])('refuses --source %s in one sentence, before anything is made', async (source, sentence) => {
    expect(await run(['demo', '--source', source])).toEqual({ code: 2, stdout: '', stderr: `nightjar: --source: ${sentence}\n` });
  });
});

describe('init', () => {
  it('writes the example, readable by its owner only, and check-config likes it', async () => {
    expect(await run(['init'])).toEqual({
      code: 0,
      stdout: 'nightjar.yaml written, without cameras; next: replace `cameras: []` in it by yours, then nightjar check-config nightjar.yaml\n',
      stderr: '',
    });
    expect(readFileSync(join(cwd, 'nightjar.yaml'), 'utf8')).toBe(exampleConfig());
    expect(statSync(join(cwd, 'nightjar.yaml')).mode & 0o777).toBe(0o600);
    expect((await run(['check-config'])).code).toBe(0);
  });

  it('overwrites only when told to', async () => {
    writeFileSync(join(cwd, 'nightjar.yaml'), 'mine\n');
    expect(await run(['init'])).toEqual({ code: 2, stdout: '', stderr: 'nightjar: nightjar.yaml exists already; --force overwrites it\n' });
    expect(readFileSync(join(cwd, 'nightjar.yaml'), 'utf8')).toBe('mine\n');
    expect((await run(['init', '--force'])).code).toBe(0);
    expect(readFileSync(join(cwd, 'nightjar.yaml'), 'utf8')).toBe(exampleConfig());
  });

  it('adds a camera after looking at it, and keeps references as they are written', async () => {
    const seen: string[] = [];
    const init = createInitCommand({
      loadProbe: () =>
        Promise.resolve((url: string) => {
          seen.push(url);
          return Promise.resolve({ facts: 'H.264 1920x1080 25 fps' });
        }),
    });
    const { code, stderr } = await run(['init', 'x.yaml', '--camera', 'rtsp://u:${PW}@porch.local/main'], {
      commands: [entryOf(init)],
      env: { PW: 'hunter2' },
    });
    expect([code, stderr, seen]).toEqual([0, 'H.264 1920x1080 25 fps\n', ['rtsp://u:hunter2@porch.local/main']]);
    expect(readFileSync(join(cwd, 'x.yaml'), 'utf8')).toBe(exampleConfig({ id: 'porch', source: 'rtsp://u:${PW}@porch.local/main' }));
  });

  it('writes nothing when the camera cannot be reached or read', async () => {
    const init = createInitCommand({ loadProbe: () => Promise.resolve(() => Promise.reject(new RecorderError('PROBE_FAILED', 'no answer from porch.local'))) });
    expect(await run(['init', '--camera', 'rtsp://u:hunter2@porch.local/'], { commands: [entryOf(init)] })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'nightjar: no answer from porch.local\n',
    });
    for (const words of [
      ['--camera', 'ftp://u:hunter2@x/'],
      ['--camera', 'rtsp://u:${NONE}@x/'],
      ['--camera', 'synthetic:quiet', '--camera-id', 'A B'],
    ]) {
      const { code, stderr } = await run(['init', ...words], { commands: [entryOf(init)] });
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^nightjar: --camera[^\n]*\n$/)]);
      expect(stderr).not.toContain('hunter2');
    }
    expect(existsSync(join(cwd, 'nightjar.yaml'))).toBe(false);
  });
});

describe('events', () => {
  const start = Date.parse('2026-11-22T12:00:00.000Z');
  const event = (id: number, more: Partial<EventRecord> = {}): EventRecord => ({
    id,
    cameraId: 'porch',
    serverId: 'rec1',
    name: `Event-${id}`,
    state: 'ready',
    startMs: wallMs(start + id * 60_000),
    endMs: wallMs(start + id * 60_000 + 12_500),
    causes: [{ kind: 'motion', zones: ['all'] }],
    armed: true,
    maxScore: 40,
    totalScore: 400,
    frames: 300,
    alarmFrames: 20,
    areaId: 'default',
    scheme: 'medium',
    directory: `porch/${id}`,
    sizeBytes: 2_500_000,
    videoCodec: 'avc1.64001f',
    width: 1920,
    height: 1080,
    hasSnapshot: true,
    hasAlarmPicture: true,
    notes: '',
    tags: [],
    protected: false,
    recovered: false,
    ...more,
  });

  async function record(events: readonly EventRecord[]): Promise<void> {
    writeFileSync(join(cwd, 'nightjar.yaml'), 'cameras: [{ id: porch, name: Front porch, source: "synthetic:quiet" }]\n');
    mkdirSync(join(cwd, 'data'));
    const database = await SqliteDatabase.open(join(cwd, 'data/nightjar.db'));
    const store = new SqliteEventStore(database);
    for (const each of events) await store.put(each);
    await database.close();
  }

  it('are listed for people, newest first', async () => {
    await record([event(1), event(2, { causes: [{ kind: 'trigger', source: 'mqtt' }], state: 'open', protected: true }), event(3, { state: 'deleting' })]);
    const { code, stdout } = await run(['events']);
    expect(code).toBe(0);
    expect(
      stdout.split('\n').map((line) =>
        line
          .trim()
          .replace(/ {2,}/g, ' | ')
          .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'TIME'),
      ),
    ).toEqual([
      'ID | CAMERA | START | LENGTH | CAUSE | SCORE | SIZE | STATE | NAME',
      '2 | porch | TIME | 12.5 s | trigger mqtt | 40 | 2.5 MB | open, protected | Event-2',
      '1 | porch | TIME | 12.5 s | motion all | 40 | 2.5 MB | ready | Event-1',
      '',
    ]);
  });

  it('are listed for machines in the shape of the API, within a span, at most so many', async () => {
    await record(Array.from({ length: 8 }, (_, index) => event(index + 1)));
    const ids = async (...words: readonly string[]) =>
      (JSON.parse((await run(['events', '--json', ...words])).stdout) as { id: number; cameraName: string }[]).map(({ id }) => id);
    expect(await ids()).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await ids('--limit', '2')).toEqual([8, 7]);
    expect(await ids('--since', '2026-11-22T12:05:00Z', '--until', '2026-11-22T12:07:00Z')).toEqual([6, 5]);
    expect(await ids('--camera', 'porch', '--until', '2026-11-22T12:01:30Z')).toEqual([1]);
    expect((await run(['events', '--json', '--limit', '1'])).stdout).toContain('"cameraName":"Front porch"');
  });

  it.each([
    [['--limit', '0'], 2, '--limit takes a whole number from 1 to 1000000'],
    [['--since', 'soon'], 2, '--since takes a time such as 2h, yesterday, 2026-11-23 or 2026-11-23T04:00Z'],
    [['--since', '1h', '--until', '2h'], 2, '--since must be before --until'],
    [['--camera', 'proch'], 1, 'there is no camera "proch", and no event of one; did you mean porch?'],
  ])('are refused with %j', async (words, code, message) => {
    await record([event(1)]);
    expect(await run(['events', ...words])).toEqual({ code, stdout: '', stderr: `nightjar: ${message}\n` });
  });

  it('are not there before anything was recorded', async () => {
    writeFileSync(join(cwd, 'nightjar.yaml'), 'cameras: []\n');
    const { code, stderr } = await run(['events']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^nightjar: there is no database at \S+: [^\n]+\n$/)]);
    expect(existsSync(join(cwd, 'data'))).toBe(false);
  });

  it('need a configuration', async () => {
    expect(await run(['events', '--config', 'none.yaml'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'none.yaml:1:1: the file does not exist; `nightjar init` writes one\n',
    });
  });
});
