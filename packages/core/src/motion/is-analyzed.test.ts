import type { Packet } from '../model/packet.ts';
import { mediaUs, wallMs } from '../model/time.ts';
import { isAnalyzed } from './is-analyzed.ts';

const packets = (pattern: string): Packet[] =>
  [...pattern].map((kind, index) => ({
    track: kind === 'a' ? 'audio' : 'video',
    data: new Uint8Array(),
    ptsUs: mediaUs(index),
    dtsUs: mediaUs(index),
    durationUs: 1,
    isKey: kind === 'K' || kind === 'a',
    wallMs: wallMs(index),
  }));
const chosen = (mode: 'continuous' | 'keyframes', pattern: string): string =>
  packets(pattern)
    .map((packet, index) => (isAnalyzed(mode, packet) ? (pattern[index] ?? '') : '.'))
    .join('');

describe('packets for analysis', () => {
  it('are all pictures in continuous mode, and never sound', () => {
    expect(chosen('continuous', 'KPPaPKP')).toBe('KPP.PKP');
  });

  it('are the key pictures in key-frame mode', () => {
    expect(chosen('keyframes', 'PKPPKaPPKKPP')).toBe('.K..K...KK..');
  });
});
