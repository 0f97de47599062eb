import { spawnSync } from 'node:child_process';
import { describeWith } from '@nightjar/testkit';
import { syntheticGraph } from './synthetic-graph.ts';

describe('a made-up camera', () => {
  it.each([
    ['synthetic:visitor', ['s=640x360:r=10', 'mod(t,30)', 'noise=alls=4']],
    ['synthetic:busy?width=1920&height=1080&fps=15', ['s=1920x1080:r=15', 'mod(t,12)', 'noise=alls=4']],
    ['synthetic:cat', ['s=50x36:r=10', 'mod(t,12)']],
    ['synthetic:night?width=641&height=9&fps=1e9&noise=x', ['s=640x90:r=60', 'noise=alls=18']],
    ['synthetic:nobody?width=-5', ['s=160x360:r=10', 'mod(t,30)']],
    ['synthetic:', ['s=640x360:r=10', 'mod(t,30)']],
  ])('%s', (url, parts) => {
    for (const part of parts) expect(syntheticGraph(url)).toContain(part);
  });

  it('has no walker in a quiet scene and no grain where none is wanted', () => {
    expect(syntheticGraph('synthetic:quiet?noise=0')).not.toMatch(/overlay|noise/);
  });

  it('puts no word of its URL into the graph', () => {
    expect(syntheticGraph('synthetic:visitor?width=320,movie=evil&fps=5];[x]evil')).not.toContain('evil');
  });
});

describeWith('ffmpeg', 'ffmpeg draws a made-up camera', () => {
  it.each(['visitor', 'busy', 'cat', 'quiet', 'night'])('%s', (scene) => {
    const graph = syntheticGraph(`synthetic:${scene}?width=160&height=90&fps=2`);
    const { status, stdout } = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', graph, '-frames:v', '20', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']);
    expect([status, stdout.length]).toEqual([0, 20 * 160 * 90]);
  });
});
