import { mediaUs, type Packet, wallMs } from '@nightjar/core';
import { describeStreamEncoder } from '../contracts/stream-encoder-contract.ts';
import { FakeStreamEncoderFactory } from './fake-stream-encoder.ts';
import { sampleAudioTrack, sampleVideoTrack } from './sample-track.ts';

const packet = (track: Packet['track'], us: number, durationUs: number, isKey: boolean): Packet => ({
  track,
  data: Uint8Array.of(1, 2, 3),
  ptsUs: mediaUs(us),
  dtsUs: mediaUs(us),
  durationUs,
  isKey,
  wallMs: wallMs(us / 1000),
});

describeStreamEncoder('FakeStreamEncoder', () => ({
  factory: new FakeStreamEncoderFactory(),
  video: sampleVideoTrack(),
  audio: sampleAudioTrack(),
  packets: [
    ...Array.from({ length: 50 }, (_, index) => packet('video', index * 100_000, 100_000, index % 10 === 0)),
    ...Array.from({ length: 80 }, (_, index) => packet('audio', index * 64_000, 64_000, true)),
  ],
}));
