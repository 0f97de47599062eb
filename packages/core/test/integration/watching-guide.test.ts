// docs/guide/watch-and-play-back.md: its commands run one after the other against a recorder that records meanwhile.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventPage, ExportList, MediaToken, Timeline } from '@nightjar/client';
import { describeWith } from '@nightjar/testkit';
import { makeClip, temporaryFolder } from '../test-clip.ts';
import { eventually, probeVideo, RecorderFolder } from './recorder-process.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const page = readFileSync(new URL('../../../../docs/guide/watch-and-play-back.md', import.meta.url), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block);

/** With sound, and a smaller stream. */
const camera = (clip: string): string =>
  `  - { id: porch, name: Front porch, source: "file:${clip}", detect: { source: "synthetic:visitor" }, function: record, sectionLengthSeconds: 3 }`;
/** What somebody at a screen sees goes nowhere here, and ends by itself. */
const FUNCTIONS = `
nightjar() { "$NODE" --conditions=source --no-warnings "$MAIN" "$@"; }
ffplay() { SDL_VIDEODRIVER=dummy SDL_AUDIODRIVER=dummy timeout 6 ffplay -nostats "$@" || [ $? = 124 ]; }
`;

describeWith('jq', 'the page about watching and playing back', () => {
  describeWith('curl', 'over HTTP', () => {
    describeWith('ffplay', 'with players', () => {
      const clips = temporaryFolder();

      it('says what is so', async () => {
        const clip = join(clips(), 'clip.mp4');
        await makeClip(clip, { seconds: 20 });
        await using folder = new RecorderFolder({ cameras: camera(clip) });
        await folder.start();
        const { url, token } = await folder.session();
        const get = async <T>(path: string): Promise<T> =>
          (await (await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).json()) as T;
        await eventually(
          'two events are ready',
          async () => (await get<EventPage>('/events?camera=porch')).events.filter(({ state }) => state === 'ready').length >= 2 || undefined,
          60_000,
        );

        const script = join(folder.path, 'page.sh');
        const told = 'printf "%s\\n" "$MEDIA" "$EVENT" "$FROM" "$TO" > told';
        writeFileSync(script, `${FUNCTIONS}${blocks('sh').join('\n')}\n${told}\n`);
        const { stdout, stderr, status } = spawnSync('sh', ['-eu', script], {
          cwd: folder.path,
          encoding: 'utf8',
          env: { PATH: process.env['PATH'] ?? '', URL: url, PASSWORD: await folder.password(), NODE: process.execPath, MAIN },
          timeout: 120_000,
        });
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        const [media = '', event = '', from = '', to = ''] = readFileSync(join(folder.path, 'told'), 'utf8').split('\n');

        expect([...readFileSync(join(folder.path, 'now.jpg')).subarray(0, 2)]).toEqual([0xff, 0xd8]);
        for (const name of ['event.mp4', 'span.mp4', 'door.mp4', 'event-export.mp4', 'span-export.mp4'])
          expect([name, probeVideo(join(folder.path, name))]).toMatchObject([name, { startsWithKey: true, isMonotonic: true, isFastStart: true }]);
        const sound = spawnSync('ffprobe', [
          '-v',
          'error',
          '-show_entries',
          'stream=codec_name:format=duration',
          '-of',
          'csv=p=0',
          join(folder.path, 'sound.ogg'),
        ]);
        expect(sound.stdout.toString()).toMatch(/^opus\n[45]\./);
        const timeline = await get<Timeline>(`/cameras/porch/timeline?from=${from}&to=${to}`);
        const seconds = timeline.spans.reduce((sum, span) => sum + (Date.parse(span.to) - Date.parse(span.from)) / 1000, 0);
        expect(Math.abs(probeVideo(join(folder.path, 'span.mp4')).durationSeconds - seconds)).toBeLessThan(2);
        expect(readdirSync(join(folder.path, 'evidence', event))).toContain('manifest.json');
        expect(existsSync(join(folder.path, 'span-export.mp4.manifest.json'))).toBe(true);
        expect(statSync(join(folder.path, 'event.mp4')).size).toBeGreaterThan(10_000);
        expect(stdout.match(/as it was exported/g)?.length).toBe(3);
        expect((await get<ExportList>('/exports')).exports).toEqual([]);

        for (const block of blocks('html')) {
          const [, address = ''] = /src="([^"]*)"/.exec(block) ?? [];
          const filled = address.replace('$URL', url).replace('$MEDIA', media).replace('$EVENT', event).replace('$FROM', from).replace('$TO', to);
          const abort = new AbortController();
          const response = await fetch(filled, { signal: abort.signal, headers: { range: 'bytes=0-99' } });
          expect([block, response.status]).toEqual([block, block.includes('<img') ? 200 : 206]);
          expect(response.headers.get('content-type')).toMatch(block.includes('<img') ? /^multipart\/x-mixed-replace/ : /^video\/mp4/);
          abort.abort();
        }
        // A media token is for one camera and the operations named.
        expect(media).toEqual(expect.any(String) as MediaToken['token']);
        expect((await fetch(`${url}/api/v1/cameras/porch/snapshot.jpg?token=${media}`)).status).toBe(403);
        expect((await folder.stop()).code).toBe(0);
      }, 240_000);
    });
  });
});
