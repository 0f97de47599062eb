import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownCameras } from './known-cameras.ts';

describe('cameras from before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'known-cameras-'));
  const file = join(folder, 'nightjar/cameras.json');
  afterEach(() => rmSync(join(folder, 'nightjar'), { recursive: true, force: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  const open = () => {
    const problems: string[] = [];
    return { known: new KnownCameras(file, (problem) => problems.push(problem)), problems };
  };

  it('keep the identity they had first, whatever their recorder is called today', () => {
    open().known.keep({ id: 'porch', name: 'Porch', identity: 'old-host', hasSound: true });
    const { known, problems } = open();
    expect(known.keep({ id: 'porch', name: 'Front porch', identity: 'new-host', hasSound: false })).toEqual({
      id: 'porch',
      name: 'Front porch',
      identity: 'old-host',
      hasSound: false,
    });
    expect(open().known.all()).toEqual([{ id: 'porch', name: 'Front porch', identity: 'old-host', hasSound: false }]);
    expect(problems).toEqual([]);
  });

  it('are forgotten once they were removed', () => {
    const { known } = open();
    known.keep({ id: 'porch', name: 'Porch', identity: 'host', hasSound: true });
    known.remove('porch');
    expect(open().known.all()).toEqual([]);
  });

  it('are none, and no crash, where the file is damaged', () => {
    open().known.keep({ id: 'porch', name: 'Porch', identity: 'host', hasSound: true });
    for (const text of ['', 'null', '{"cameras": 3}', '{"cameras": [{"id": "porch"}, 4]}']) {
      writeFileSync(file, text);
      expect(open().known.all()).toEqual([]);
    }
    writeFileSync(file, '{');
    const { known, problems } = open();
    expect(problems).toHaveLength(1);
    known.keep({ id: 'gate', name: 'Gate', identity: 'host', hasSound: false });
    expect(readFileSync(file, 'utf8')).toContain('gate');
  });

  it('are nobody else’s to read', () => {
    open().known.keepSources([{ id: 'porch', name: 'Porch', sourceHash: 'abc' }]);
    expect([statSync(file).mode & 0o777, statSync(join(folder, 'nightjar')).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('that cannot be written are told of once', () => {
    writeFileSync(join(folder, 'nightjar'), 'no folder');
    const { known, problems } = open();
    const before = problems.length;
    for (const id of ['porch', 'gate', 'yard']) known.keep({ id, name: id, identity: 'host', hasSound: true });
    expect(problems.length - before).toBe(1);
    expect(known.all()).toHaveLength(3);
    rmSync(join(folder, 'nightjar'));
    known.remove('yard');
    expect(open().known.all()).toHaveLength(2);
  });

  it('are written whole or not at all', () => {
    open().known.keep({ id: 'porch', name: 'Porch', identity: 'host', hasSound: true });
    expect(existsSync(`${file}.new`)).toBe(false);
  });
});
