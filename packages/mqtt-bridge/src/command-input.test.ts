import { exportInput, previewInput, readFields, requestId, triggerInput } from './command-input.ts';

describe('a trigger', () => {
  it.each([
    ['', { action: 'pulse' }],
    ['PRESS', { action: 'pulse' }],
    [' On ', { action: 'on' }],
    ['off', { action: 'off' }],
    ['cancel', { action: 'cancel' }],
    ['12.5', { action: 'on', durationSeconds: 12.5 }],
    ['{}', { action: 'pulse' }],
    ['{"duration":30}', { action: 'on', durationSeconds: 30 }],
    ['{"action":"PULSE","duration":3}', { action: 'pulse', durationSeconds: 3 }],
    ['{"label":"person","note":"at the gate","score":80,"id":7}', { action: 'pulse', score: 80, cause: 'person', text: 'at the gate' }],
    ['{"action":"on","cause":"Door","text":"Front","showText":"DOOR","duration":null}', { action: 'on', cause: 'Door', text: 'Front', showText: 'DOOR' }],
  ])('may be said as %j', (payload, request) => {
    expect(triggerInput(payload).request).toEqual(request);
  });

  it('says who it comes from, if it wants to', () => {
    expect(triggerInput('{"source":"homeassistant","duration":30}').source).toBe('homeassistant');
    expect(triggerInput('ON').source).toBeUndefined();
  });

  it.each([
    ['maybe', 'the payload is a JSON object, or empty'],
    ['[1]', 'the payload is a JSON object, or empty'],
    ['{"action":"up"}', 'action is one of on, off, cancel, pulse, show'],
    ['{"duration":"long"}', 'duration is a number'],
    ['{"score":1e999}', 'score is a number'],
    ['{"label":7}', 'label is a text'],
  ])('that is %j is refused with a sentence', (payload, sentence) => {
    expect(() => triggerInput(payload)).toThrow(sentence);
  });
});

describe('a preview', () => {
  const limits = { maxFps: 5, maxSeconds: 300 };
  it.each([
    ['ON', { fps: 1, seconds: 60 }],
    ['off', 'off'],
    ['0', 'off'],
    ['5', { fps: 5, seconds: 60 }],
    ['{"fps":2,"seconds":10,"width":320}', { fps: 2, seconds: 10, width: 320 }],
  ])('may be asked for as %j', (payload, wish) => {
    expect(previewInput(payload, limits)).toEqual(wish);
  });

  it.each([
    ['6', 'fps is a number from 0.1 to 5'],
    ['{"fps":0.01}', 'fps is a number from 0.1 to 5'],
    ['{"seconds":301}', 'seconds is a number from 1 to 300'],
    ['{"width":1.5}', 'width is a whole number of pixels'],
    ['please', 'JSON object'],
  ])('as %j is refused with a sentence', (payload, sentence) => {
    expect(() => previewInput(payload, limits)).toThrow(sentence);
  });
});

describe('other commands', () => {
  it('name a span to export', () => {
    expect(exportInput('porch', '{"from":"2026-11-22T12:00:00Z","to":"2026-11-22T12:01:00Z","name":"Parcel"}')).toEqual({
      camera: 'porch',
      from: '2026-11-22T12:00:00Z',
      to: '2026-11-22T12:01:00Z',
      name: 'Parcel',
    });
    expect(() => exportInput('porch', '{"from":"2026-11-22T12:00:00Z"}')).toThrow('from and to are times');
  });

  it('carry an id that is told with the result, whatever else is wrong with them', () => {
    expect([requestId('{"id":"a1","duration":"x"}'), requestId('{"id":7}'), requestId('nonsense'), requestId('{"id":{}}')]).toEqual([
      'a1',
      '7',
      undefined,
      undefined,
    ]);
    expect(readFields('  ')).toEqual({});
  });
});
