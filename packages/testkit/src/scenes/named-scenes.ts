// Scenes by name, for tests and demonstrations.
import { type Scene, type SceneOptions, scene } from './scene.ts';

const NAMED: Readonly<Record<SceneName, SceneOptions>> = {
  visitor: {
    seconds: 40,
    actors: [{ kind: 'person', fromSeconds: 12, toSeconds: 26, standsAt: 0.5 }],
  },
  'empty-room': { seconds: 30 },
  'dimming-room': {
    seconds: 60,
    light: [
      { kind: 'dim', fromSeconds: 10, toSeconds: 40, gain: 0.45 },
      { kind: 'pump', fromSeconds: 42, toSeconds: 58, depth: 0.12, periodSeconds: 4 },
    ],
  },
  'light-switch': {
    seconds: 60,
    light: [
      { kind: 'switch', atSeconds: 15, toSeconds: 30, gain: 0.4 },
      { kind: 'switch', atSeconds: 45, gain: 2.4, offset: 20 },
    ],
  },
  street: {
    seconds: 60,
    leaves: 3,
    actors: [
      { kind: 'car', fromSeconds: 12, toSeconds: 16 },
      { kind: 'person', fromSeconds: 25, toSeconds: 37, y: 0.8, height: 0.35 },
      { kind: 'car', fromSeconds: 48, toSeconds: 51 },
    ],
  },
};

/** The scenes there are. */
export type SceneName = 'visitor' | 'empty-room' | 'dimming-room' | 'light-switch' | 'street';

/** A named scene; `changes` replace what it says. */
export const namedScene = (name: SceneName, changes: Partial<SceneOptions> = {}): Scene => scene({ ...NAMED[name], ...changes });
