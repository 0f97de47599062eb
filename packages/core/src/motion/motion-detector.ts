// Frames in, one verdict a frame out: background in fitted light, things, zones. All buffers are allocated once.
import type { Frame } from '../model/frame.ts';
import type { MotionSample } from '../model/motion.ts';
import type { Zone } from '../model/zone.ts';
import { BackgroundModel, lightShare } from './background-model.ts';
import { BitPlane } from './bit-plane.ts';
import { FlutterMap } from './flutter-map.ts';
import { ForegroundFinder } from './foreground-finder.ts';
import { subtractBackground } from './frame-difference.ts';
import { IlluminationFit } from './illumination-fit.ts';
import { MotionKernels } from './kernels/motion-kernels.ts';
import { HEAP_PLANES } from './kernels/planes.ts';
import type { SceneVerdict } from './scene-change.ts';
import { SceneChange } from './scene-change.ts';
import { Stillness } from './stillness.ts';
import { thingFloor, ZoneChecks } from './zone-checks.ts';
import type { ZoneCountdown, ZoneJudgement } from './zone-policy.ts';
import { judgeZones } from './zone-policy.ts';

/** Seconds. */
const WARM_UP = 1;
const SETTLE = 0.6;
/** For how long a background may still hold what only happened to be there at the start. */
const YOUNG = 10;
/** The model learns at most about five times a second, so that 30 frames a second see the same world as 5. */
const LEARN_EVERY = 0.17;
/** A longer silence is a new run. */
const LONGEST_GAP = 30;
/** Light counts as different from here on. */
const GAIN_NOISE = 0.004;
const OFFSET_NOISE = 0.4;
/** Specks of fewer changed pixels than this share of a thing can't become one. */
const LEAST_OF_FLOOR = 0.2;
const NO_ZONES: readonly string[] = [];

/** What a detector is made for. */
export interface MotionDetectorOptions {
  /** Size of the frames; at most 320 wide is enough. */
  readonly width: number;
  readonly height: number;
  readonly zones: readonly Zone[];
  /** Whether inner loops run as vector code where the size allows; the plain ones are their reference. */
  readonly withKernels?: boolean;
}

/** Detects motion in the frames of one stream. Works with frames at any intervals; all rates are per second. */
export class MotionDetector {
  readonly #zones: readonly Zone[];
  readonly #countdowns: readonly ZoneCountdown[];
  readonly #checks: ZoneChecks;
  readonly #model: BackgroundModel;
  readonly #light: IlluminationFit;
  readonly #flutter: FlutterMap;
  readonly #scene = new SceneChange();
  readonly #still: Stillness;
  readonly #found: ForegroundFinder;
  readonly #changed: BitPlane;
  readonly #residual: Int16Array;
  readonly #floor: number;
  readonly #kernels: MotionKernels | undefined;
  /** Where kernels find the frame. */
  readonly #luma: Uint8Array | undefined;
  readonly #read: (index: number) => { score: number; exceeded: boolean };
  #begun = false;
  #firstUs = 0;
  #lastUs = 0;
  #learnedUs = 0;
  #settleUntilUs = 0;
  #youngUntilUs = 0;
  /** What the light's shift will be in the next look if the light stays as it is. */
  #expectedShift = 0;

  constructor(options: MotionDetectorOptions) {
    const { width, height, zones } = options;
    this.#zones = zones;
    this.#countdowns = zones.map(() => ({ overload: 0, extend: 0 }));
    this.#checks = new ZoneChecks(zones, width, height);
    const kernels = options.withKernels === false ? undefined : MotionKernels.for(width, height);
    const planes = kernels ?? HEAP_PLANES;
    this.#kernels = kernels;
    this.#luma = kernels?.u8(width * height);
    this.#model = new BackgroundModel(width, height, kernels);
    this.#light = new IlluminationFit(width, height);
    this.#flutter = new FlutterMap(width, height, planes);
    this.#still = new Stillness(width, height, kernels);
    this.#floor = thingFloor(width, height, 1);
    this.#found = new ForegroundFinder(width, height, this.#floor, planes);
    this.#changed = new BitPlane(width, height, planes);
    this.#residual = planes.i16(width * height);
    const scene = { residual: this.#residual, threshold: this.#model.threshold, usual: this.#found };
    this.#read = (index) => this.#checks.read(index, scene);
  }

  /** Tells it that the stream restarted: the next frame begins a new warm-up. */
  reset(): void {
    this.#begun = false;
  }

  /**
   * Judges the next frame. Frames must come in presentation order; one that is not later than the last, or more than
   * half a minute later, begins a new run.
   *
   * @throws {RangeError} if the frame is not of the size the detector was made for.
   */
  analyze(frame: Frame): MotionSample {
    if (frame.luma.length !== this.#residual.length) throw new RangeError(`frame has ${frame.luma.length} pixels, expected ${this.#residual.length}`);
    const gap = (frame.ptsUs - this.#lastUs) / 1e6;
    if (!this.#begun || gap <= 0 || gap > LONGEST_GAP) return this.#begin(frame);
    this.#lastUs = frame.ptsUs;
    this.#checks.begin();
    this.#light.fit(frame.luma);
    const count = this.#subtract(frame.luma);
    const seconds = (frame.ptsUs - this.#learnedUs) / 1e6;
    const due = seconds >= LEARN_EVERY;
    const verdict = due ? this.#judgeScene(count, seconds) : this.#scene.waiting ? 'wait' : 'usual';
    const settling = this.#isSettling(frame.ptsUs);
    const sample = verdict !== 'usual' || settling ? this.#veto(frame, settling && this.#settleUntilUs === 0 ? 'warm-up' : 'light') : this.#score(frame, count);
    if (due) this.#learn(frame, verdict, settling, seconds);
    return sample;
  }

  #begin(frame: Frame): MotionSample {
    this.#begun = true;
    this.#firstUs = frame.ptsUs;
    this.#lastUs = frame.ptsUs;
    this.#learnedUs = frame.ptsUs;
    this.#settleUntilUs = 0;
    this.#youngUntilUs = frame.ptsUs + YOUNG * 1e6;
    this.#model.restart(frame.luma);
    this.#flutter.reset();
    this.#scene.reset();
    this.#still.reset();
    this.#found.clear();
    this.#expectedShift = 0;
    this.#light.reset();
    this.#light.background(this.#model.mean);
    this.#residual.fill(0);
    this.#still.remember(this.#residual);
    for (const countdown of this.#countdowns) {
      countdown.overload = 0;
      countdown.extend = 0;
    }
    return this.#veto(frame, 'warm-up');
  }

  #subtract(luma: Uint8Array): number {
    const { mean, threshold } = this.#model;
    const { gain, offset } = this.#light;
    this.#luma?.set(luma);
    const count = subtractBackground(this.#luma ?? luma, { mean, threshold, gain, offset }, this.#residual, this.#changed, this.#kernels);
    if (this.#checks.visible === this.#residual.length || count === 0) return count;
    this.#changed.subtract(this.#checks.blind);
    return this.#changed.count();
  }

  #judgeScene(count: number, seconds: number): SceneVerdict {
    const quiet = count < LEAST_OF_FLOOR * this.#floor && !this.#scene.waiting;
    const moved = quiet ? 0 : this.#still.compare(this.#residual, this.#model.deviation);
    const visible = Math.max(1, this.#checks.visible);
    const lightJump = Math.abs(this.#light.shift - this.#expectedShift);
    return this.#scene.judge({ changed: count / visible, moving: moved / visible, seconds, lightJump, things: this.#found.things > 0 });
  }

  #isSettling(ptsUs: number): boolean {
    return this.#settleUntilUs > 0 ? ptsUs < this.#settleUntilUs : (ptsUs - this.#firstUs) / 1e6 < WARM_UP;
  }

  #score(frame: Frame, count: number): MotionSample {
    if (count < LEAST_OF_FLOOR * this.#floor) this.#found.clear();
    else this.#found.find(this.#changed);
    return this.#sample(frame, judgeZones(this.#zones, this.#countdowns, this.#read));
  }

  #learn(frame: Frame, verdict: SceneVerdict, settling: boolean, seconds: number): void {
    this.#learnedUs = frame.ptsUs;
    const luma = this.#luma ?? frame.luma;
    this.#expectedShift = this.#light.shift;
    if (verdict === 'relearn') this.#startOver(frame);
    else if (settling) {
      this.#model.settle(luma, this.#found.mask, seconds, this.#flutter);
      this.#expectedShift = 0;
    } else if (verdict === 'usual') this.#learnAroundThings(luma, seconds);
    this.#still.remember(this.#residual);
    if (verdict !== 'wait') this.#light.background(this.#model.mean);
  }

  #learnAroundThings(luma: Uint8Array, seconds: number): void {
    const { mean } = this.#model;
    const { gain, shift } = this.#light;
    this.#still.release({
      luma,
      residual: this.#residual,
      changed: this.#changed,
      found: this.#found,
      mean,
      seconds,
      young: this.#learnedUs < this.#youngUntilUs,
    });
    const shifted = Math.abs(shift) > OFFSET_NOISE || Math.abs(gain - 1) > GAIN_NOISE;
    this.#model.learn({ luma, residual: this.#residual, changed: this.#changed, foreground: this.#found.mask, seconds, shifted }, this.#flutter);
    if (shifted) this.#expectedShift = shift * (1 - lightShare(seconds));
  }

  /** The scene is in another light for good: today's picture is the background, but for the things that stand in it. */
  #startOver(frame: Frame): void {
    this.#model.seedAround(frame.luma, this.#residual, this.#found.mask);
    this.#still.reset();
    this.#light.reset();
    this.#expectedShift = 0;
    this.#residual.fill(0);
    this.#settleUntilUs = frame.ptsUs + SETTLE * 1e6;
  }

  #veto(frame: Frame, veto: 'light' | 'warm-up'): MotionSample {
    return { ptsUs: frame.ptsUs, wallMs: frame.wallMs, score: 0, zones: NO_ZONES, veto };
  }

  #sample(frame: Frame, judgement: ZoneJudgement): MotionSample {
    const zones = judgement.zones.length === 0 ? NO_ZONES : judgement.zones.map((index) => this.#zones[index]?.id ?? '');
    const { score, veto } = judgement;
    return { ptsUs: frame.ptsUs, wallMs: frame.wallMs, score, zones, ...(veto === undefined ? {} : { veto }) };
  }
}
