// What docs/guide/node-red.md and the package's own page say of the palette is what the palette does and says.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nodeRedFolder } from '@nightjar/testkit/node-red';
import { STATUS_WORDS } from '../../packages/node-red-nodes/src/flow/status-words.ts';
import { files, read, root } from '../repo/repository.ts';

const PALETTE = 'packages/node-red-nodes';
const GUIDE = 'docs/guide/node-red.md';
const SITE_WORDS = `${PALETTE}/editor/locales/en-US/nightjar-site.json`;
/** Words of a status that are nothing but a name. */
const NAMES = ['camera'];

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly 'node-red': { readonly version: string; readonly nodes: Readonly<Record<string, string>> };
}

const manifest = JSON.parse(read(`${PALETTE}/package.json`)) as Manifest;
const types = Object.keys(manifest['node-red'].nodes);
const guide = read(GUIDE);
const sources = files(/^packages\/node-red-nodes\/src\/.*\.ts$/).filter((path) => !path.endsWith('.test.ts'));
/** Whatever is put into a sentence is `…`, as in the guide. */
const code = sources.map((path) => read(path).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')).join('\n');

const section = (title: string): string => guide.split(/^## /m).find((each) => each.startsWith(`${title}\n`)) ?? '';
const quotedIn = (text: string): readonly string[] => [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, quoted = '']) => quoted);
const firstCells = (text: string): string => [...text.matchAll(/^\| (.+?) \|/gm)].map(([, cell = '']) => cell).join('\n');

describe.each([GUIDE, `${PALETTE}/README.md`])('%s', (page) => {
  it('has every node of the palette in a table, and no other', () => {
    const told = [...read(page).matchAll(/^\| `(nightjar-[\w-]+)` \|/gm)].map(([, type = '']) => type);
    const wanted = page === GUIDE ? types.filter((type) => type !== 'nightjar-site') : types;
    expect([...told].sort()).toEqual([...wanted].sort());
  });

  it('says which Node-RED is needed', () => {
    expect(manifest['node-red'].version).toBe('>=4.0.0');
    expect(read(page)).toContain('Node-RED 4 or 5');
    const newest = JSON.parse(readFileSync(join(nodeRedFolder(5), 'package.json'), 'utf8')) as Manifest;
    expect([manifest.engines.node, newest.engines.node]).toEqual(['>=20', '>=22.9']);
    expect(read(page).replace(/\s+/g, ' ')).toMatch(/4 with Node 20 or (later|newer), 5 with Node 22\.9 or (later|newer)/);
  });
});

describe('the Node-RED guide', () => {
  it('names the tarball that npm packs', () => {
    expect(guide).toContain(`nightjar-node-red-nightjar-${manifest.version}.tgz`);
  });

  it('uses commands and options that there are', () => {
    const reference = read('docs/reference/cli.md');
    for (const word of ['nightjar token create', '--role', '--camera']) {
      expect(guide).toContain(word);
      expect(reference).toContain(word);
    }
  });

  it('explains every field of the site by the name it has in the editor', () => {
    const { field } = JSON.parse(read(SITE_WORDS)) as { readonly field: Readonly<Record<string, string>> };
    for (const name of ['broker', 'user', 'password', 'tls', 'protocol', 'base', 'apiUrl', 'token'])
      expect(section('Add the site')).toContain(`*${field[name]}*`);
  });

  it('explains every word of a status, and no other', () => {
    const told = quotedIn(firstCells(section('When it does not work').split('The errors')[0] ?? ''));
    const words = Object.entries(STATUS_WORDS).flatMap(([key, word]) => (NAMES.includes(key) ? [] : [word.replace(/\{\{\w+\}\}/g, '…')]));
    expect([...told].sort()).toEqual([...words].sort());
  });

  // Clause by clause: some are put together of two.
  it('quotes only errors that there are', () => {
    const errors = quotedIn(firstCells(section('When it does not work').split('The errors')[1] ?? ''));
    const unknown = errors.flatMap((error) => error.split(/…|[;:] /).filter((piece) => !code.includes(piece.trim())));
    expect(errors.length).toBeGreaterThan(20);
    expect(unknown).toEqual([]);
  });

  it('has the values that properties have', () => {
    const text = section('Nodes');
    const values = quotedIn(text).filter((quoted) => /^[a-zA-Z0-9_]+$/.test(quoted));
    const known = `${code}\n${files(/^packages\/node-red-nodes\/editor\/[\w-]+\.html$/)
      .map(read)
      .join('\n')}`;
    expect(values.length).toBeGreaterThan(25);
    expect(values.filter((value) => !new RegExp(`(['"\`>.]|\\b)${value}\\b`).test(known))).toEqual([]);
  });

  it.each([
    ['nodes/nightjar-snapshot.ts', 'MOST_WAITING = 1000', '**snapshot** | 1,000 messages may wait'],
    ['flow/picture-source.ts', 'AT_ONCE = 4', '4 at a time'],
    ['flow/picture-source.ts', 'READY_WITHIN_MS = 10_000', 'waited for, 10 s'],
    ['nodes/nightjar-stream.ts', 'MOST_WAITING = 1000', '**stream** | 1,000 messages may wait'],
    ['nodes/nightjar-stream.ts', 'LONGEST_SECONDS = 300', '1 to 300 s'],
    ['flow/command-node.ts', 'MOST = 500', '500 messages may wait'],
    ['nodes/nightjar-trigger.ts', 'atOnce: 16', '16 are under way'],
    ['nodes/nightjar-set.ts', 'atOnce: 1,', 'of **set** 1'],
    ['nodes/nightjar-recordings.ts', '{ atOnce: 4, most: 100 }', '100 messages may wait'],
    ['nodes/nightjar-recordings.ts', 'MOST_EVENTS = 10_000', '1 to 10,000 events'],
    ['nodes/nightjar-export.ts', 'MOST_WAITING = 50', '50 messages may wait, 3 exports'],
    ['nodes/nightjar-export.ts', 'USUAL_MIB = 256', 'at most 256 MiB'],
    ['flow/export-wish.ts', 'MOST_SECONDS = 86_400', 'at most 86,400'],
    ['flow/exported-events.ts', 'MOST = 1000', '1,000 events of one camera'],
    ['flow/export-job.ts', 'PATIENCE_MS = 60_000', 'waits a minute for it'],
    ['nodes/nightjar-event-in.ts', 'most: 5000', '5,000 events may wait'],
    ['nodes/nightjar-event-in.ts', 'MOST_PICTURES = 24', '24 for pictures'],
    ['nodes/nightjar-event-in.ts', 'PICTURE_WITHIN_MS = 5000', 'at most 5 s each'],
    ['flow/motion-states.ts', 'MOST_CAMERAS = 1024', '1,024 cameras'],
    ['site/board-room.ts', '{ camera: 1024, server: 64 }', 'a site | 1,024 cameras and 64 recorders'],
    ['site/board-room.ts', 'MOST_BYTES = 16 * 1024 * 1024', '16 MiB of what the broker has kept'],
    ['site/recorder-http.ts', 'TIMEOUT_MS = 10_000', 'may take 10 s to begin'],
    ['site/site-commands.ts', 'EXPIRY_SECONDS = 30', 'within 30 s'],
    ['site/broker-link.ts', 'SESSION_SECONDS = 60', 'for up to a minute'],
    ['site/broker-link.ts', 'FIRST_RETRY_MS = 500', 'after half a second'],
    ['site/broker-link.ts', 'LONGEST_RETRY_MS = 10_000', 'at most 10 s apart'],
  ])('has the number of %s: %s', (file, inCode, told) => {
    expect(read(`${PALETTE}/src/${file}`)).toContain(inCode);
    expect(guide.replace(/\s+/g, ' ')).toContain(told);
  });

  it('shows every picture of the palette, none of them large', () => {
    const folder = join(root, 'docs/guide/pictures');
    const pictures = readdirSync(folder).filter((file) => file.startsWith('node-red-'));
    expect(pictures.length).toBeGreaterThanOrEqual(3);
    expect(pictures.filter((file) => !guide.includes(`](pictures/${file})`) || statSync(join(folder, file)).size > 200_000)).toEqual([]);
  });

  it('lists the examples that the package brings, and no other', () => {
    const told = [...section('Examples').matchAll(/^\| \*([^*]+)\* \|/gm)].map(([, name = '']) => name);
    const brought = readdirSync(join(root, PALETTE, 'examples')).map((file) => basename(file, '.json'));
    expect([...told].sort()).toEqual([...brought].sort());
  });
});
