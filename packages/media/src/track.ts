// What a stream is made of.

/** A video track. `sampleEntry` is the whole `avc1`/`hvc1` box, so that writers need to know nothing of codecs. */
export interface VideoTrack {
  readonly kind: 'video';
  readonly trackId: number;
  /** Ticks a second of its timestamps. */
  readonly timescale: number;
  readonly codec: 'h264' | 'h265';
  /** RFC 6381, for instance `avc1.64001f`. */
  readonly codecString: string;
  readonly width: number;
  readonly height: number;
  /** Bytes of the length before each NAL unit. */
  readonly nalLengthSize: 1 | 2 | 4;
  /** SPS and PPS (H.265: VPS too), without length or start code. */
  readonly parameterSets: readonly Uint8Array[];
  readonly sampleEntry: Uint8Array;
}

/** An audio track. `sampleEntry` is the whole `mp4a` or `Opus` box. */
export interface AudioTrack {
  readonly kind: 'audio';
  readonly trackId: number;
  readonly timescale: number;
  readonly codec: 'aac' | 'opus';
  readonly codecString: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly sampleEntry: Uint8Array;
}

/** Either kind. */
export type Track = VideoTrack | AudioTrack;

/** One encoded unit with its times in ticks of its track. */
export interface Sample {
  readonly trackId: number;
  readonly dts: number;
  readonly pts: number;
  readonly duration: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}
