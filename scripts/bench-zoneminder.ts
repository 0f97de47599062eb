// ZoneMinder as a contestant: a MariaDB and a configuration of its own in the benchmark's folder, one `zmc` a camera.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchInput, Contestant, Entrant } from './bench-contestants.ts';
import { type Program, whenClosed } from './bench-process.ts';

const SCHEMA = '/usr/share/zoneminder/db/zm_create.sql';
/** Where zmc looks for its configuration; it can't be told another place. */
const CONFIGURATION = '/etc/zm';
const DATABASE_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** ZoneMinder with what its web page fills in for a new monitor, but on motion alone and recording without encoding. */
export function zoneminder(input: BenchInput, folder: string): Entrant {
  return {
    name: 'zoneminder',
    role: 'zoneminder',
    cameras: input.urls.length,
    prepare: async () => whyNot() ?? setUp(input, join(folder, 'zm')).catch((error: unknown) => (error instanceof Error ? error.message : String(error))),
  };
}

function whyNot(): string | undefined {
  const missing = ['zmc', 'mariadbd', 'mariadb-install-db', 'mariadb'].filter(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
  if (missing.length > 0) return `${missing.join(', ')} not installed`;
  if (!existsSync(SCHEMA) || !existsSync(CONFIGURATION)) return `${SCHEMA} or ${CONFIGURATION} is missing, so its package is not installed whole`;
  if (process.getuid?.() !== 0) return 'it reads /etc/zm only, and only root can give it another one without changing the machine';
  const { status } = spawnSync('unshare', ['--mount', 'mount', '--bind', CONFIGURATION, CONFIGURATION], { stdio: 'ignore' });
  return status === 0 ? undefined : 'it reads /etc/zm only, and mount namespaces, which could give it another one, are not allowed here';
}

async function setUp(input: BenchInput, home: string): Promise<Contestant> {
  for (const name of ['data', 'events', 'run', 'log', 'swap', 'map', 'etc/conf.d']) mkdirSync(join(home, name), { recursive: true });
  const password = randomBytes(12).toString('hex');
  const socket = join(home, 'run/db.sock');
  const database = await startDatabase(home, socket);
  const closed = whenClosed(database);
  const stop = (): Promise<void> => {
    database.kill('SIGTERM');
    return closed;
  };
  try {
    query(socket, readFileSync(SCHEMA, 'utf8'));
    query(socket, `use zm;\n${[...account(password), ...storage(home), ...input.urls.flatMap((url, index) => monitor(input, url, index + 1))].join(';\n')};`);
  } catch (error) {
    await stop();
    throw error;
  }
  configure(home, socket, password);
  const output = join(home, 'events');
  const programs = input.urls.map((_, index) => capture(home, index + 1));
  const complaints = (): readonly string[] => input.urls.flatMap((_, index) => errorsOf(join(home, 'log', `zmc_m${index + 1}.log`)));
  return { programs, output, helper: { name: 'mariadb of zoneminder', pid: database.pid ?? 0 }, complaints, stop };
}

/** Its own view of /etc/zm, and pictures in memory as in /dev/shm. `exec` leaves no process in between, so signals and memory are those of zmc. */
function capture(home: string, id: number): Program {
  const script = 'mount --bind etc "$1" && mount -t tmpfs tmpfs map && exec zmc -m "$2"';
  return { command: 'unshare', args: ['--mount', 'sh', '-c', script, 'sh', CONFIGURATION, String(id)], cwd: home };
}

async function startDatabase(home: string, socket: string): Promise<ChildProcess> {
  const data = ['--no-defaults', '--user=root', `--datadir=${join(home, 'data')}`];
  const made = spawnSync('mariadb-install-db', [...data, '--auth-root-authentication-method=normal', '--skip-test-db'], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`mariadb-install-db failed: ${lastLine(made.stderr)}`);
  const child = spawn('mariadbd', [...data, `--socket=${socket}`, '--skip-networking', `--pid-file=${join(home, 'run/db.pid')}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4000)));
  const giveUpAt = performance.now() + DATABASE_WITHIN_MS;
  while (client(socket, 'select 1').status !== 0) {
    if (child.exitCode !== null || performance.now() > giveUpAt) {
      child.kill('SIGKILL');
      throw new Error(`its database did not start: ${lastLine(said)}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
  return child;
}

function client(socket: string, sql: string): { readonly status: number | null; readonly stderr: string } {
  return spawnSync('mariadb', ['--no-defaults', `--socket=${socket}`, '-uroot'], { input: sql, encoding: 'utf8' });
}

function query(socket: string, sql: string): void {
  const { status, stderr } = client(socket, sql);
  if (status !== 0) throw new Error(`its database refused its set-up: ${lastLine(stderr)}`);
}

function account(password: string): readonly string[] {
  return [`create user 'zmuser'@'localhost' identified by '${password}'`, `grant all on zm.* to 'zmuser'@'localhost'`];
}

function storage(home: string): readonly string[] {
  return [`replace into Storage set Id=1, Path=${quote(join(home, 'events'))}, Name='Default', Type='local', Scheme='Medium'`];
}

/** A monitor and its zone with the values ZoneMinder's own page proposes. */
function monitor({ width, height }: BenchInput, url: string, id: number): readonly string[] {
  const area = width * height;
  const share = (percent: number): number => Math.floor((area * percent) / 100);
  const corners = `0,0 ${width - 1},0 ${width - 1},${height - 1} 0,${height - 1}`;
  return [
    `insert into Monitors set Id=${id}, Name='camera${id}', StorageId=1, Type='Ffmpeg', \`Function\`='Modect', Path=${quote(url)}, Method='rtpRtsp',
      Width=${width}, Height=${height}, Colours=4, SaveJPEGs=0, VideoWriter=2, OutputContainer='mp4', ImageBufferCount=3, MaxImageBufferCount=0,
      PreEventCount=5, PostEventCount=5, AlarmFrameCount=1, LabelFormat='%N - %Y-%m-%d %H:%M:%S %z', FPSReportInterval=100, EncoderParameters=''`,
    `insert into Monitor_Status set MonitorId=${id}`,
    `insert into Zones set MonitorId=${id}, Name='All', Type='Active', Units='Percent', NumCoords=4, Coords='${corners}', Area=${area}, AlarmRGB=0xff0000,
      CheckMethod='Blobs', MinPixelThreshold=25, MinAlarmPixels=${share(3)}, MaxAlarmPixels=${share(75)}, FilterX=3, FilterY=3,
      MinFilterPixels=${share(3)}, MaxFilterPixels=${share(75)}, MinBlobPixels=${share(2)}, MinBlobs=1`,
  ];
}

function configure(home: string, socket: string, password: string): void {
  const lines = {
    ZM_PATH_DATA: '/usr/share/zoneminder',
    ZM_PATH_WEB: '/usr/share/zoneminder/www',
    ZM_DB_TYPE: 'mysql',
    ZM_DB_HOST: `localhost:${socket}`,
    ZM_DB_NAME: 'zm',
    ZM_DB_USER: 'zmuser',
    ZM_DB_PASS: password,
    ZM_SERVER_HOST: '',
    ZM_DIR_EVENTS: join(home, 'events'),
    ZM_DIR_SOUNDS: 'sounds',
    ZM_DIR_EXPORTS: join(home, 'swap'),
    ZM_PATH_MAP: join(home, 'map'),
    ZM_PATH_SOCKS: join(home, 'run'),
    ZM_PATH_LOGS: join(home, 'log'),
    ZM_PATH_SWAP: join(home, 'swap'),
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(home, 'etc/zm.conf'), text.join(''));
}

/** Lines of its log that are errors: `… zmc_m1[4711].ERR-zm_x.cpp/12 [what happened]`. */
function errorsOf(path: string): readonly string[] {
  if (!existsSync(path)) return ['zmc wrote no log'];
  return [...readFileSync(path, 'utf8').matchAll(/\.(?:ERR|FAT|PNC)-\S+ \[(.*)\]$/gm)].map(([, text = '']) => text);
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
