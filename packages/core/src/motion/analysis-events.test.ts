import type { MotionSample } from '../model/motion.ts';
import { mediaUs, wallMs } from '../model/time.ts';
import { analysisEvents } from './analysis-events.ts';

const samples = (scores: readonly number[], startUs = 0): MotionSample[] =>
  scores.map((score, index) => ({
    ptsUs: mediaUs(startUs + index * 200_000),
    wallMs: wallMs(0),
    score,
    zones: score > 9 ? ['door', 'all'] : score > 0 ? ['all'] : [],
  }));
const settings = { alarmFrameCount: 2, postRollSeconds: 0.5, keyFramesOnly: false };

describe('analysisEvents', () => {
  it('reports the first and last alarmed frame, the scores and the zones', () => {
    expect(analysisEvents(samples([0, 4, 8, 12, 0, 0, 0, 0], 7_000_000), settings)).toEqual([
      { type: 'event', start: 0.2, end: 0.6, maxScore: 12, avgScore: 8, zones: ['all', 'door'] },
    ]);
  });

  it('joins alarms closer than the post-roll and parts those further apart', () => {
    expect(analysisEvents(samples([1, 1, 0, 1, 1, 0, 0, 0, 0]), settings).map(({ start, end }) => [start, end])).toEqual([[0, 0.8]]);
    expect(analysisEvents(samples([1, 1, 0, 0, 0, 0, 1, 1]), settings).map(({ start, end }) => [start, end])).toEqual([
      [0, 0.2],
      [1.2, 1.4],
    ]);
  });

  it('leaves out scored frames that were not enough', () => {
    expect(analysisEvents(samples([1, 0, 0, 1, 0]), settings)).toEqual([]);
  });
});
