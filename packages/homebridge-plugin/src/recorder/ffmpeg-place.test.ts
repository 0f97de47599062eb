// Which ffmpeg is used.
import { chmodSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freshFolder } from '../../test/recorder-from-source.ts';
import { findFfmpeg } from './ffmpeg-place.ts';

describe('ffmpeg', () => {
  const folder = freshFolder();
  const program = (path: string, mode = 0o755): string => {
    const file = join(folder(), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    chmodSync(file, mode);
    return file;
  };
  const find = (more: object = {}) => findFfmpeg({ path: join(folder(), 'empty'), linkFolder: join(folder(), 'links'), near: [folder()], ...more });

  it('is the one of the system where nobody says otherwise', async () => {
    expect(await find({ path: dirname(program('bin/ffmpeg')) })).toEqual({});
  });

  it('is the one of the settings, under whatever name', async () => {
    expect(await find({ setting: program('own/ffmpeg') })).toEqual({ folder: join(folder(), 'own') });
    const other = program('own/ffmpeg-7');
    expect(await find({ setting: other })).toEqual({ folder: join(folder(), 'links') });
    expect(readlinkSync(join(folder(), 'links/ffmpeg'))).toBe(other);
  });

  it('is that of ffmpeg-for-homebridge where the system has none', async () => {
    const packaged = program('node_modules/ffmpeg-for-homebridge/ffmpeg');
    writeFileSync(join(dirname(packaged), 'package.json'), '{"name": "ffmpeg-for-homebridge", "main": "index.js"}');
    writeFileSync(join(dirname(packaged), 'index.js'), `module.exports = ${JSON.stringify(packaged)};\n`);
    expect(await find()).toEqual({ folder: dirname(packaged) });
  });

  it('is missed in one sentence', async () => {
    const { problem } = await find();
    expect(problem).toMatch(/^ffmpeg is missing, so no camera can be opened: install it .*, or set "ffmpeg" to its path$/);
    expect(await find({ setting: program('own/text', 0o644) })).toEqual({
      problem: `"ffmpeg" is ${join(folder(), 'own/text')}, where there is no program that may be run; ${problem}`,
    });
  });
});
