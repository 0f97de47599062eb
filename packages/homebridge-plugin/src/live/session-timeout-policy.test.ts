import { LIVE_LIMITS } from './live-limits.ts';
import { type SessionSilence, sessionTimeout } from './session-timeout-policy.ts';

const session = (changes: Partial<SessionSilence>): SessionSilence => ({
  nowMs: 100_000,
  startedMs: 0,
  heardMs: 99_000,
  pictureMs: 99_900,
  flowingSinceMs: 0,
  problem: undefined,
  reportSeconds: 0.5,
  ...changes,
});

describe('a live view', () => {
  it.each([
    ['goes on while both are there', {}, undefined],
    ['ends when the viewer says nothing any more', { heardMs: 89_000 }, 'nothing was heard of the viewer for 10 s'],
    ['waits longer for a viewer that was asked to report rarely', { heardMs: 89_000, reportSeconds: 5 }, undefined],
    ['ends when the viewer never said anything', { heardMs: undefined }, 'never said anything'],
    ['waits for the first word', { flowingSinceMs: 71_000, heardMs: undefined }, undefined],
    ['waits for a word again after a pause of the camera', { heardMs: 75_000, flowingSinceMs: 95_000 }, undefined],
    ['asks nothing of a viewer that gets nothing', { heardMs: 75_000, pictureMs: 80_000 }, undefined],
    ['goes on while the camera is away for a while', { pictureMs: 71_000 }, undefined],
    ['ends when it is away for long, and says why', { pictureMs: 69_000, problem: 'wrong password' }, 'no more pictures came within 30 s: wrong password'],
    ['ends when no picture came at all', { startedMs: 69_000, pictureMs: undefined, heardMs: undefined }, 'no picture came within 30 s'],
  ] as const)('%s', (_name, changes, why) => {
    const said = sessionTimeout(session(changes), LIVE_LIMITS);
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(why);
  });
});
