// Watches the steps that key frames put right, and says whether decoding may leave the loop filter out.
import type { Frame } from '../model/frame.ts';
import type { MediaUs } from '../model/time.ts';
import { median } from '../util/median.ts';
import { LOOP_FILTER_ON, type LoopFilterState, stepLoopFilter } from './loop-filter-machine.ts';
import { stillStep } from './still-step.ts';

/** Frames further apart than this differ by more than a key frame's step, in microseconds. */
const LONGEST_APART_US = 1_000_000;
/** A GOP may never end; the newest steps of it are enough. */
const MOST_STEPS = 1000;

interface FedKey {
  readonly ptsUs: MediaUs;
  /** Whether the frames before it were decoded with the filter. */
  readonly filteredBefore: boolean;
}

/** Told of packets as they are fed and of frames as they come out. */
export class DriftWatch {
  readonly #lagPackets: number;
  #state: LoopFilterState = LOOP_FILTER_ON;
  /** Whether what is fed now is decoded with the filter, and from which packet on that may change. */
  #isOn = true;
  #changesFrom = 0;
  #fed = 0;
  #shown = 0;
  /** Key packets whose frame, or a later one, has not come out yet. */
  #keys: FedKey[] = [];
  #lastKeyUs: MediaUs | undefined;
  #before: Uint8Array | undefined;
  #beforeUs: MediaUs | undefined;
  /** Steps between frames of the newest GOP, in levels: exposure and motion make them, and key frames have no part in them. */
  #ordinary: number[] = [];

  /**
   * @param lagPackets - How many packets later a decision takes effect: where reading runs ahead of decoding by whatever the
   *   machine allows, a fixed distance makes two readings of the same file alike. Every frame must come out then.
   */
  constructor(lagPackets: number) {
    this.#lagPackets = lagPackets;
  }

  /** Takes the next packet that is fed. @returns Whether to decode it, and those up to the next key packet, with the filter. */
  feed({ isKey, ptsUs }: { readonly isKey: boolean; readonly ptsUs: MediaUs }): boolean {
    this.#fed += 1;
    if (!isKey) return this.#isOn;
    this.#keys.push({ ptsUs, filteredBefore: this.#isOn });
    if (this.#fed > this.#changesFrom) this.#isOn = this.#state.isOn;
    return this.#isOn;
  }

  /** Takes the next frame that came out; its plane is copied. */
  look({ ptsUs, luma }: Frame): void {
    this.#shown += 1;
    const isClose = this.#beforeUs !== undefined && ptsUs - this.#beforeUs <= LONGEST_APART_US;
    const step = this.#before !== undefined && isClose ? stillStep(this.#before, luma) : undefined;
    const key = this.#keys.findLast((other) => other.ptsUs <= ptsUs);
    if (key !== undefined) this.#keyShown(key, ptsUs, step);
    else if (step !== undefined && this.#ordinary.push(step) > MOST_STEPS) this.#ordinary.shift();
    // Which frame is the last before a key frame is not known in advance.
    this.#before ??= new Uint8Array(luma.length);
    this.#before.set(luma);
    this.#beforeUs = ptsUs;
  }

  #keyShown(key: FedKey, ptsUs: MediaUs, step: number | undefined): void {
    const gopSeconds = this.#lastKeyUs === undefined ? 0 : (key.ptsUs - this.#lastKeyUs) / 1e6;
    this.#lastKeyUs = key.ptsUs;
    this.#keys = this.#keys.filter((other) => other.ptsUs > ptsUs);
    const ordinary = median(this.#ordinary.splice(0));
    // A decision that has not taken effect yet can't be judged.
    if (step === undefined || ordinary === undefined || key.filteredBefore !== this.#state.isOn) return;
    const next = stepLoopFilter(this.#state, { at: ptsUs / 1e6, step: Math.max(0, step - ordinary), gopSeconds });
    if (next.isOn !== this.#state.isOn) this.#changesFrom = this.#shown + this.#lagPackets;
    this.#state = next;
  }
}
