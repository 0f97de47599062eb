import type { TriggerSignal } from '../model/trigger.ts';
import { checkSignal } from './check-signal.ts';

const signal: TriggerSignal = { cameraId: 'porch', action: 'on', source: 'pir' };

describe('a signal', () => {
  it.each<[string, Partial<TriggerSignal>]>([
    ['nothing but what it must have', {}],
    ['every limit', { durationMs: 100, score: 0, cause: 'x'.repeat(255), text: '', showText: '21.5 °C ☀' }],
    ['the other limits', { durationMs: 86_400_000, score: 100, source: '🚪'.repeat(64) }],
  ])('with %s is taken', (_, changes) => {
    expect(() => checkSignal({ ...signal, ...changes })).not.toThrow();
  });

  it.each<[Partial<Record<keyof TriggerSignal, unknown>>, string]>([
    [{ action: 'alarm' }, 'action is "alarm", one of on, off, cancel, pulse, show is expected'],
    [{ source: '' }, 'source is empty'],
    [{ source: 'x'.repeat(65) }, 'source has 65 characters, at most 64 are taken'],
    [{ source: 'a\u0000b' }, 'source has control characters or line breaks, which are not taken'],
    [{ durationMs: 99 }, 'durationSeconds is 0.099, a number from 0.1 to 86400 is expected'],
    [{ durationMs: 86_400_001 }, 'durationSeconds is 86400.001, a number from 0.1 to 86400 is expected'],
    [{ durationMs: Number.NaN }, 'durationSeconds is NaN, a number from 0.1 to 86400 is expected'],
    [{ score: -1 }, 'score is -1, a number from 0 to 100 is expected'],
    [{ score: 101 }, 'score is 101, a number from 0 to 100 is expected'],
    [{ cause: 'x'.repeat(256) }, 'cause has 256 characters, at most 255 are taken'],
    [{ text: 'line\nline' }, 'text has control characters or line breaks, which are not taken'],
    [{ showText: 'a\u2028b' }, 'showText has control characters or line breaks, which are not taken'],
    [{ score: 101, text: '\u007f' }, 'score is 101, a number from 0 to 100 is expected; text has control characters or line breaks, which are not taken'],
  ])('%j is refused', (changes, message) => {
    expect(() => checkSignal({ ...signal, ...changes } as TriggerSignal)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message }));
  });
});
