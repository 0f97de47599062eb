import { spawnSync } from 'node:child_process';
import { describeWith } from '@nightjar/testkit';
import { parseSynthetic, SYNTHETIC_SCENES, syntheticGraph } from './synthetic-graph.ts';

describe('a made-up camera', () => {
  it.each([
    ['synthetic:visitor', { width: 640, height: 360, fps: 10, cycleSeconds: 30, moving: [[6, 14]], noise: 4 }],
    ['synthetic:quiet', { width: 640, height: 360, fps: 10, cycleSeconds: 30, moving: [], noise: 4 }],
    ['synthetic:busy?width=1920&height=1080&fps=15&noise=0', { width: 1920, height: 1080, fps: 15, cycleSeconds: 12, moving: [[3, 7]], noise: 0 }],
    ['synthetic:night?width=641&height=9&fps=1e9&noise=x', { width: 640, height: 90, fps: 60, cycleSeconds: 30, moving: [[6, 14]], noise: 18 }],
    ['synthetic:nobody?width=;movie=/etc/passwd', { width: 640, height: 360, fps: 10, cycleSeconds: 30, moving: [[6, 14]], noise: 4 }],
    ['synthetic:', { width: 640, height: 360, fps: 10, cycleSeconds: 30, moving: [[6, 14]], noise: 4 }],
  ])('%s', (url, scene) => {
    expect(parseSynthetic(url)).toEqual(scene);
  });

  it('puts no word of its URL into the graph', () => {
    expect(syntheticGraph('synthetic:visitor?width=320,movie=evil&fps=5];[x]evil')).not.toContain('evil');
  });
});

describeWith('ffmpeg', 'ffmpeg draws a made-up camera', () => {
  it.each(SYNTHETIC_SCENES)('%s', (scene) => {
    const graph = syntheticGraph(`synthetic:${scene}?width=160&height=90&fps=2`);
    const { status, stdout } = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', graph, '-frames:v', '20', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']);
    expect([status, stdout.length]).toEqual([0, 20 * 160 * 90]);
  });
});
