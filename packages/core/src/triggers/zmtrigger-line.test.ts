import { readTriggerLine, scoreOf } from './zmtrigger-line.ts';

const read = (line: string | Uint8Array) => readTriggerLine(typeof line === 'string' ? new TextEncoder().encode(line) : line);
const plain = { monitor: '3', seconds: 0, score: 0, cause: '', text: '' };

describe('readTriggerLine', () => {
  it.each<[string, object]>([
    ['3|on|50|Door|Front door opened|DOOR', { action: 'on', score: 50, cause: 'Door', text: 'Front door opened', showText: 'DOOR' }],
    ['porch|on|1', { monitor: 'porch', action: 'on', score: 1 }],
    ['3|on+10|50', { action: 'on', score: 50, seconds: 10 }],
    ['3|on 10|50', { action: 'on', score: 50, seconds: 10 }],
    ['3|on+0|50', { action: 'on', score: 50 }],
    ['3|off', { action: 'off' }],
    ['3|off+007', { action: 'off', seconds: 7 }],
    ['3|cancel', { action: 'cancel' }],
    ['3|cancel|||', { action: 'cancel' }],
    ['3|show||||21.5C', { action: 'show', showText: '21.5C' }],
    ['3|show||||', { action: 'show' }],
    ['3|enable', { action: 'enable' }],
    ['3|disable 60', { action: 'disable', seconds: 60 }],
    ['"3|on 5|20|Axis||"', { action: 'on', seconds: 5, score: 20, cause: 'Axis' }],
    ['"3|cancel', { action: 'cancel' }],
    ['3|cancel"', { action: 'cancel' }],
    ['3|on|5|a|b|c|d|e', { action: 'on', score: 5, cause: 'a', text: 'b', showText: 'c' }],
    ['3|on|999|a', { action: 'on', score: 100, cause: 'a' }],
    ['3|on+99999999999999999999|5', { action: 'on', score: 5, seconds: 1e20 }],
    [`3|on+${'9'.repeat(400)}|5`, { action: 'on', score: 5, seconds: Number.POSITIVE_INFINITY }],
    ['3|on|5|Tür|Straße ☀|🚪', { action: 'on', score: 5, cause: 'Tür', text: 'Straße ☀', showText: '🚪' }],
    ['3|on|5|a\tb|c\u0000d|e\u2028f', { action: 'on', score: 5, cause: 'a b', text: 'c d', showText: 'e f' }],
    ['\ufeff3|cancel', { action: 'cancel' }],
    [' 3|cancel', { monitor: ' 3', action: 'cancel' }],
    ['|cancel', { monitor: '', action: 'cancel' }],
    [
      `3|on|5|${'c'.repeat(40)}|${'t'.repeat(300)}|${'s'.repeat(300)}`,
      { action: 'on', score: 5, cause: 'c'.repeat(31), text: 't'.repeat(255), showText: 's'.repeat(255) },
    ],
    [`3|on|5|${'c'.repeat(30)}ü`, { action: 'on', score: 5, cause: 'c'.repeat(30) }],
    [`3|on|5|${'c'.repeat(29)}üx`, { action: 'on', score: 5, cause: `${'c'.repeat(29)}ü` }],
    [`3|on|5|${'🚪'.repeat(10)}`, { action: 'on', score: 5, cause: '🚪'.repeat(7) }],
  ])('reads %j', (line, command) => {
    expect(read(line)).toEqual({ command: { ...plain, ...command } });
  });

  it('reads bytes that are no UTF-8', () => {
    expect(read(Buffer.from('3|on|5|T\xfcr', 'latin1'))).toEqual({ command: { ...plain, action: 'on', score: 5, cause: 'T\ufffdr' } });
  });

  it.each(['', '"', '""'])('takes %j for nothing', (line) => {
    expect(read(line)).toBeUndefined();
  });

  it.each([
    '3',
    '3|',
    '3|ON|5',
    '3|on |5',
    '3|on+|5',
    '3|on+-5|5',
    '3|on+1.5|5',
    '3|on+5 |5',
    '3|on  5|5',
    '3|on+5+5|5',
    '3|cancel+5',
    '3|show+5||||x',
    '3|alarm|5',
    'hello',
    'GET / HTTP/1.1',
    '|||||',
    '{"action":"on"}',
  ])('says that %j is no trigger line', (line) => {
    expect(read(line)).toEqual({ fault: expect.stringContaining(`${JSON.stringify(line)} is no trigger line: expected ID|ACTION`) });
  });

  it.each(['3|on', '3|on|', '3|on|0|X|Y|', '3|on|-5', '3|on|abc', '3|on|0.9', '3|on|0x20', '3|on| ', '3|on|inf', '3|on+5|'])(
    'says what score %j needs',
    (line) => {
      expect(read(line)).toEqual({ fault: expect.stringContaining('an "on" needs a score above 0') });
    },
  );

  it('strips one quote at each end and no more', () => {
    expect(read('""3|cancel""')).toEqual({ fault: expect.stringContaining('is no trigger line') });
  });

  it('repeats not much of what it does not understand', () => {
    const said = read('x'.repeat(8000));
    expect(said !== undefined && 'fault' in said && said.fault.length).toBeLessThan(300);
  });

  it.each([
    ['50', 50],
    [' 50', 50],
    ['+50', 50],
    ['050', 50],
    ['12abc', 12],
    ['5.9', 5],
    ['1e1', 10],
    ['.9e1', 9],
    ['100', 100],
    ['255', 100],
    ['99999999999999999999999', 100],
    ['1e999', 100],
    ['-3', -3],
    ['', 0],
    ['x5', 0],
    ['0x32', 0],
    ['٥', 0],
  ])('takes a score of %j for %i', (text, score) => {
    expect(scoreOf(text)).toBe(score);
  });
});
