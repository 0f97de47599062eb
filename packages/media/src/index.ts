export type { AudioTrack, Sample, Track, VideoTrack } from './track.ts';
