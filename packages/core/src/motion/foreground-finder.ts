// From changed pixels to things: opening drops specks, closing joins what belongs together, components are measured.
import { BitPlane } from './bit-plane.ts';
import { ComponentFinder } from './connected-components.ts';
import { HEAP_PLANES, type Planes } from './kernels/planes.ts';
import { close, open } from './morphology.ts';

const OPENING = 2;
const CLOSING = 2;
const MARGIN = 1;
/** Of the floor: what a thing may shrink to. Of its area: what must have been a thing in the last frame. */
const KEEP_SHARE = 0.5;
const FAMILIAR_SHARE = 0.3;

/** Finds the components of a mask that are large enough to be things. */
export class ForegroundFinder {
  readonly components: ComponentFinder;
  /** Pixels of all things. */
  readonly mask: BitPlane;
  /** Least pixels of a thing. */
  readonly floor: number;
  /** Number of things; 0 if only specks were found. */
  things = 0;
  readonly #before: BitPlane;
  readonly #scratch: BitPlane;
  /** Of each component: whether it is a thing. */
  readonly #thing: Uint8Array;
  /** Of each component: pixels that belonged to a thing in the last frame. */
  readonly #known: Int32Array;

  constructor(width: number, height: number, floor: number, planes: Planes = HEAP_PLANES) {
    this.components = new ComponentFinder(width, height, true);
    this.mask = new BitPlane(width, height, planes);
    this.#before = new BitPlane(width, height);
    this.#thing = new Uint8Array(this.components.area.length);
    this.#known = new Int32Array(this.components.area.length);
    this.#scratch = new BitPlane(width, height);
    this.floor = floor;
  }

  /** Finds nothing, cheaply. */
  clear(): void {
    this.components.clear();
    this.mask.clear();
    this.things = 0;
  }

  /** Finds the things in `changed`, which stays as it is. A thing of the last frame may have shrunk to half the floor. */
  find(changed: BitPlane): void {
    const { components, mask } = this;
    this.#before.copyFrom(mask);
    this.clear();
    mask.copyFrom(changed);
    open(mask, this.#scratch, OPENING, OPENING);
    close(mask, this.#scratch, CLOSING, MARGIN);
    components.find(mask);
    mask.clear();
    this.#choose();
    for (let run = 0; run < components.runs; run += 1) {
      if (this.isThing(components.runComponent[run] ?? 0)) mask.setRun(components.runRow[run] ?? 0, components.runStart[run] ?? 0, components.runEnd[run] ?? 0);
    }
  }

  /** Whether a component is a thing. */
  isThing(component: number): boolean {
    return this.#thing[component] === 1;
  }

  #choose(): void {
    const { components } = this;
    this.#known.fill(0, 0, components.count);
    for (let run = 0; run < components.runs; run += 1) {
      const component = components.runComponent[run] ?? 0;
      const known = this.#before.countRun(components.runRow[run] ?? 0, components.runStart[run] ?? 0, components.runEnd[run] ?? 0);
      this.#known[component] = (this.#known[component] ?? 0) + known;
    }
    for (let component = 0; component < components.count; component += 1) {
      const area = components.area[component] ?? 0;
      const familiar = (this.#known[component] ?? 0) >= FAMILIAR_SHARE * area;
      const thing = area >= this.floor || (familiar && area >= KEEP_SHARE * this.floor);
      this.#thing[component] = thing ? 1 : 0;
      if (thing) this.things += 1;
    }
  }
}
