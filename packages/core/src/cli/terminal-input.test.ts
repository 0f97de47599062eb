// A password that is typed at a terminal, key by key.
import { PassThrough } from 'node:stream';
import { TerminalInput } from './terminal-input.ts';

function terminal() {
  const modes: boolean[] = [];
  let shown = '';
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (mode: boolean) => modes.push(mode) });
  const leave = new AbortController();
  const input = new TerminalInput({ stdin }, { write: (text) => (shown += text) });
  return { stdin, modes, leave, shown: () => shown, ask: () => input.askHidden('Password: ', leave.signal), input };
}

describe('a line that is typed without being seen', () => {
  it.each([
    ['ends with the key', ['hun', 'ter2\r'], 'hunter2'],
    ['can be corrected', ['hunx\u007ft', 'erx\b2\n'], 'hunter2'],
    ['can be begun anew', ['wrong\u0015hunter2\r'], 'hunter2'],
    ['knows no cursor keys', ['hun\u001b[D\u001b[3~ter2\r'], 'hunter2'],
    ['may hold anything that can be typed', ['pä\u00df wörd ☃\r'], 'pä\u00df wörd ☃'],
    ['may be empty', ['\r'], ''],
  ])('%s', async (_, keys, line) => {
    const { stdin, ask, modes, shown } = terminal();
    const asked = ask();
    for (const each of keys) stdin.write(each);
    expect(await asked).toBe(line);
    expect([shown(), modes]).toEqual(['Password: \n', [true, false]]);
  });

  it('is read where letters come in parts', async () => {
    const { stdin, ask } = terminal();
    const asked = ask();
    for (const byte of Buffer.from('☃ä\r')) stdin.write(Buffer.from([byte]));
    expect(await asked).toBe('☃ä');
  });

  it('leaves what was pasted beyond it to the next question', async () => {
    const { stdin, ask } = terminal();
    const asked = ask();
    stdin.write('one\rtwo\r');
    expect([await asked, await ask()]).toEqual(['one', 'two']);
  });

  it.each([
    ['Ctrl-C', (t: ReturnType<typeof terminal>) => t.stdin.write('abc\u0003')],
    ['Ctrl-D', (t: ReturnType<typeof terminal>) => t.stdin.write('\u0004')],
    ['the end of the terminal', (t: ReturnType<typeof terminal>) => t.stdin.end()],
    ['the end of the command', (t: ReturnType<typeof terminal>) => t.leave.abort()],
  ])('is left by %s, and the terminal is as it was', async (_, leave) => {
    const world = terminal();
    const asked = world.ask();
    leave(world);
    await expect(asked).rejects.toMatchObject({ code: 'USAGE' });
    expect(world.modes).toEqual([true, false]);
  });
});

describe('standard input as a whole', () => {
  it('is read to its end, within a bound', async () => {
    const short = terminal();
    short.stdin.end('secret\n');
    expect(await short.input.readAll(100)).toBe('secret\n');
    const long = terminal();
    long.stdin.end('x'.repeat(101));
    await expect(long.input.readAll(100)).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('the end of standard input', () => {
  it('is waited for, whatever comes before it', async () => {
    const { stdin, input, leave } = terminal();
    let isOver = false;
    const ended = input.ended(leave.signal).then(() => (isOver = true));
    stdin.write('anything');
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    stdin.end();
    await ended;
    expect(isOver).toBe(true);
  });

  it('has come where it broke, or nobody waits any more', async () => {
    const broken = terminal();
    const ended = broken.input.ended(broken.leave.signal);
    broken.stdin.destroy(new Error('EIO'));
    await ended;
    const left = terminal();
    const waiting = left.input.ended(left.leave.signal);
    left.leave.abort();
    await waiting;
    expect([broken.stdin.destroyed, left.stdin.destroyed]).toEqual([true, false]);
  });
});
