// Sound of a camera's main stream in the time of its sub stream, with the pictures of that or alone: for one viewer.
import type { LivePacket, LiveTracks } from '@nightjar/client';
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import type { LiveFeed } from './live-feed.ts';
import type { LiveLimits } from './live-queue.ts';
import type { LiveHost, LiveListener } from './live-viewer.ts';

/** Two clocks drift against each other by less than this until somebody hears it; then sound makes a step. */
const MOST_DRIFT_US = 150_000;

/** Where the parts come from. */
export interface PairedFeedOptions {
  /** Whose pictures and whose clock it is. */
  readonly sub: LiveFeed;
  /** Whose clock sound has. */
  readonly main: LiveFeed;
  /** Where the sound comes from: the main stream, or an encoder of it. */
  readonly sound: LiveHost;
}

/** What one viewer joins. */
export class PairedFeed implements LiveHost {
  readonly limits: LiveLimits;
  readonly #options: PairedFeedOptions;
  #ears: { readonly host: LiveHost; readonly ear: LiveListener }[] = [];
  /** Of the two streams while the viewer joins them; afterwards what comes goes on at once. */
  #past: LivePacket[] | undefined;
  #tracks: LiveTracks | undefined;
  #shiftUs: number | undefined;
  /** Live time begins at 0. */
  #soundUs = -1;

  constructor(options: PairedFeedOptions) {
    this.#options = options;
    this.limits = options.sub.limits;
  }

  join(viewer: LiveListener): void {
    const { sub, sound } = this.#options;
    const hear = (host: LiveHost, track: LivePacket['track']): void => {
      const ear = this.#earOf(viewer, track);
      this.#ears.push({ host, ear });
      host.join(ear);
    };
    this.#past = [];
    if (viewer.wants.video) hear(sub, 'video');
    hear(sound, 'audio');
    const past = this.#past;
    this.#past = undefined;
    viewer.begin(past.sort((a, b) => a.dtsUs - b.dtsUs));
  }

  leave(): void {
    for (const { host, ear } of this.#ears.splice(0)) host.leave(ear);
  }

  #earOf(viewer: LiveListener, track: LivePacket['track']): LiveListener {
    const take = (packet: LivePacket): void => {
      const taken = track === 'video' ? this.#picture(packet) : this.#sound(packet, viewer.wants.video);
      if (taken === undefined) return;
      if (this.#past === undefined) viewer.push(taken);
      else this.#past.push(taken);
    };
    return {
      wants: { video: track === 'video', audio: track === 'audio' },
      preRollSeconds: viewer.preRollSeconds,
      get skippedFrames() {
        return track === 'video' ? viewer.skippedFrames : 0;
      },
      onWaiting: track === 'video' || !viewer.wants.video ? viewer.onWaiting : undefined,
      begin: (past) => past.forEach(take),
      runStarted: () => track === 'video' && viewer.runStarted(),
      push: take,
      end: () => viewer.end(),
    };
  }

  /** Tracks change with a key packet only: a file cannot go on beyond that, and a sound that was not announced need not be heard at once. */
  #picture(packet: LivePacket): LivePacket {
    const { video } = packet.tracks;
    if (video !== undefined && (packet.isKey || video !== this.#tracks?.video)) this.#tracks = this.#together(video);
    return this.#tracks === undefined ? packet : { ...packet, tracks: this.#tracks };
  }

  #together(video: VideoTrack): LiveTracks {
    const audio: AudioTrack | undefined = this.#options.main.tracks?.all.audio;
    const before = this.#tracks;
    if (before?.video === video && before.audio === audio) return before;
    return audio === undefined || audio.trackId === video.trackId ? { video } : { video, audio };
  }

  #sound(packet: LivePacket, withVideo: boolean): LivePacket | undefined {
    const tracks = withVideo ? this.#tracks : packet.tracks;
    if (tracks?.audio === undefined || tracks.audio !== packet.tracks.audio) return undefined;
    const shiftUs = this.#shift();
    if (shiftUs === undefined && withVideo) return undefined;
    const dtsUs = packet.dtsUs + (shiftUs ?? 0);
    if (dtsUs <= this.#soundUs) return undefined;
    this.#soundUs = dtsUs;
    // Bytes of their own, so that what was made of the packet in the main stream's time is not taken for this one.
    return { ...packet, tracks, data: packet.data.subarray(), dtsUs, ptsUs: packet.ptsUs + (shiftUs ?? 0) };
  }

  /** From the main stream's clock to the sub stream's; what it was last while one of them is away. */
  #shift(): number | undefined {
    const [to, from] = [this.#options.sub.liveMinusWallUs, this.#options.main.liveMinusWallUs];
    if (to === undefined || from === undefined) return this.#shiftUs;
    const now = Math.round(to - from);
    if (this.#shiftUs === undefined || Math.abs(now - this.#shiftUs) > MOST_DRIFT_US) this.#shiftUs = now;
    return this.#shiftUs;
  }
}
