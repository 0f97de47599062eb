// One camera's recorder: makes what is on disk agree with the newest demand. It decides nothing itself.
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { RecordingDemand } from '../model/recording-demand.ts';
import type { WallMs } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventFiles } from '../ports/event-files.ts';
import { type SectionEnd, type SectionOwner, SectionWriter, type WriteLimits } from './section-writer.ts';

/** What a recorder needs. */
export interface RecorderOptions {
  readonly files: EventFiles;
  readonly clock: Clock;
  readonly limits: WriteLimits;
  /** The past, for pre-rolls: packets from the key packet at or before a time up to now. */
  readonly preRoll: { cut(from: WallMs): readonly Packet[] };
  /** Who owns a section's event. */
  owner(section: number): SectionOwner;
  /** A section's file is closed. */
  onSectionEnd(section: number, end: SectionEnd): void;
}

/** Records one camera. Packets must be in the pre-roll before they are pushed here. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #closing = new Set<Promise<void>>();
  readonly #written = { frames: 0, bytes: 0 };
  readonly #writers = new Set<SectionWriter>();
  #info: StreamInfo | undefined;
  #demand: RecordingDemand | undefined;
  #active: { readonly section: number; readonly writer: SectionWriter } | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Whether bytes are being written. */
  get recording(): boolean {
    return this.#active !== undefined;
  }

  /** What was written so far, and what waits for the disk. */
  get figures(): { readonly frames: number; readonly bytes: number; readonly queuedBytes: number } {
    return { ...this.#written, queuedBytes: [...this.#writers].reduce((sum, { queuedBytes }) => sum + queuedBytes, 0) };
  }

  /** A new run began; whatever was open ends, because its clock and codec are gone. */
  runStarted(info: StreamInfo): void {
    this.#finishActive();
    this.#info = info;
  }

  runEnded(): void {
    this.#finishActive();
    this.#info = undefined;
  }

  /** Asks for a section, or for nothing. */
  setDemand(demand: RecordingDemand | undefined): void {
    this.#demand = demand;
    if (demand === undefined) {
      this.#finishActive();
      return;
    }
    if (demand.section === this.#active?.section || demand.from === 'next-key') return;
    this.#finishActive();
    this.#start(demand.section, this.#options.preRoll.cut(demand.from));
  }

  /** Takes the next packet of the run. */
  push(packet: Packet): void {
    const demand = this.#demand;
    if (demand !== undefined && demand.section !== this.#active?.section && packet.track === 'video' && packet.isKey) {
      this.#finishActive();
      this.#start(demand.section, [packet]);
      return;
    }
    this.#active?.writer.push(packet);
  }

  /** Closes every file. */
  async stop(): Promise<void> {
    this.setDemand(undefined);
    await Promise.all(this.#closing);
  }

  #start(section: number, packets: readonly Packet[]): void {
    const [first, ...rest] = packets;
    if (this.#info === undefined || first === undefined) return;
    const { files, clock, limits, owner, onSectionEnd } = this.#options;
    const writer = new SectionWriter({ files, clock, limits, info: this.#info, owner: owner(section), written: this.#written }, first);
    for (const packet of rest) writer.push(packet);
    this.#active = { section, writer };
    this.#writers.add(writer);
    const closing = writer.ended.then((end) => {
      this.#closing.delete(closing);
      this.#writers.delete(writer);
      if (this.#active?.writer === writer) this.#active = undefined;
      onSectionEnd(section, end);
    });
    this.#closing.add(closing);
  }

  #finishActive(): void {
    this.#active?.writer.finish();
    this.#active = undefined;
  }
}
