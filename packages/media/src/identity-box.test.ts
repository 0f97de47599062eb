import { readIdentityBox, writeIdentityBox } from './index.ts';

const text = new TextEncoder().encode('{"id":7,"name":"Tür"}');

describe('the identity box', () => {
  it('gives back the text that was put in', () => {
    expect(readIdentityBox(writeIdentityBox(text))).toEqual(text);
    expect(readIdentityBox(writeIdentityBox(new Uint8Array(0)))).toEqual(new Uint8Array(0));
  });

  it('is not mistaken for other boxes', () => {
    const foreign = writeIdentityBox(text);
    foreign[10] = 0;
    const other = writeIdentityBox(text);
    other.set(new TextEncoder().encode('free'), 4);
    for (const box of [foreign, other, new Uint8Array(3), writeIdentityBox(text).subarray(0, 20)]) expect(readIdentityBox(box)).toBeUndefined();
  });
});
