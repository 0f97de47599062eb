import { jsonText } from './json-text.ts';

describe('the text of a value', () => {
  it('is its JSON, written once', () => {
    let written = 0;
    const value = { toJSON: () => ({ written: ++written }) };
    expect([jsonText(value), jsonText(value), jsonText({ ...value })]).toEqual(['{"written":1}', '{"written":1}', '{"written":2}']);
  });
});
