import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@nightjar/testkit';
import { makeClip, temporaryFolder } from '../../../test/test-clip.ts';
import { runCli } from '../run-cli.ts';

describeWith('ffmpeg', 'analyze', () => {
  const folder = temporaryFolder();

  async function analyze(...words: readonly string[]) {
    const written = { stdout: '', stderr: '' };
    const sinks = { stdout: { write: (text: string) => (written.stdout += text) }, stderr: { write: (text: string) => (written.stderr += text) } };
    const io = { ...sinks, env: process.env, cwd: folder(), isTty: false, signal: new AbortController().signal };
    const code = await runCli(['analyze', ...words], { version: '1', io });
    return { code, ...written };
  }

  it('goes on after a file that does not play, and says which one', async () => {
    await makeClip(join(folder(), 'a.mp4'), { seconds: 1 });
    writeFileSync(join(folder(), 'text.mp4'), 'no video');
    const { code, stdout, stderr } = await analyze('--json', 'text.mp4', 'a.mp4');
    expect(code).toBe(1);
    expect(stdout).toContain('"file":"a.mp4"');
    expect(stderr).toContain('nightjar: text.mp4 could not be opened');
    expect((await analyze('nope.mp4')).stderr).toBe('nightjar: nope.mp4 could not be opened: No such file or directory\n');
    expect(await analyze('text.mp4')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nightjar: text.mp4 could not be opened') });
  });
});
