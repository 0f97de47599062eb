// From changed pixels to things: opening drops specks, closing joins what belongs together, components are measured.
import { BitPlane } from './bit-plane.ts';
import { ComponentFinder } from './connected-components.ts';
import { close, open } from './morphology.ts';

const OPENING = 2;
const CLOSING = 2;
const MARGIN = 1;

/** Finds the components of a mask that are large enough to be things. */
export class ForegroundFinder {
  readonly components: ComponentFinder;
  /** Pixels of all things. */
  readonly mask: BitPlane;
  /** Least pixels of a thing. */
  readonly floor: number;
  /** Number of things; 0 if only specks were found. */
  things = 0;
  readonly #scratch: BitPlane;

  constructor(width: number, height: number, floor: number) {
    this.components = new ComponentFinder(width, height, true);
    this.mask = new BitPlane(width, height);
    this.#scratch = new BitPlane(width, height);
    this.floor = floor;
  }

  /** Finds nothing, cheaply. */
  clear(): void {
    this.components.clear();
    this.mask.clear();
    this.things = 0;
  }

  /** Finds the things in `changed`, which stays as it is. */
  find(changed: BitPlane): void {
    this.clear();
    this.mask.copyFrom(changed);
    open(this.mask, this.#scratch, OPENING, OPENING);
    close(this.mask, this.#scratch, CLOSING, MARGIN);
    const { components } = this;
    components.find(this.mask);
    this.mask.clear();
    for (let run = 0; run < components.runs; run += 1) {
      if (this.isThing(components.runComponent[run] ?? 0)) this.mask.setRun(components.runRow[run] ?? 0, components.runStart[run] ?? 0, components.runEnd[run] ?? 0);
    }
    for (let component = 0; component < components.count; component += 1) if (this.isThing(component)) this.things += 1;
  }

  /** Whether a component is large enough. */
  isThing(component: number): boolean {
    return (this.components.area[component] ?? 0) >= this.floor;
  }
}
