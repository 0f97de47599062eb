import { stillStep } from './still-step.ts';

const plane = (level: (at: number) => number): Uint8Array => Uint8Array.from({ length: 3000 }, (_value, at) => level(at));

describe('stillStep', () => {
  it('is the change of the whole picture, in levels', () => {
    const before = plane((at) => at % 100);
    expect(stillStep(before, before)).toBe(0);
    expect(
      stillStep(
        before,
        plane((at) => (at % 100) + 3),
      ),
    ).toBe(3);
    expect(
      stillStep(
        plane((at) => (at % 100) + 3),
        before,
      ),
    ).toBe(3);
  });

  it('leaves out what moves in a small part of it', () => {
    expect(
      stillStep(
        plane(() => 50),
        plane((at) => (at < 250 ? 255 : 51)),
      ),
    ).toBe(1);
  });
});
