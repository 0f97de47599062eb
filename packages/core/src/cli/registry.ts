// Every command by name. Modules are imported when a command runs, so `--help` loads none of them.
import type { Command } from './command.ts';

/** A command that is not loaded yet. */
export interface CommandEntry {
  readonly name: string;
  /** The command's own summary, again. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** In the order of help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'probe',
    summary: 'say what a camera or file is: codec, size, frame rate, key frames, warnings',
    load: async () => (await import('./commands/probe.ts')).probeCommand,
  },
  {
    name: 'analyze',
    summary: 'run the motion detector over video files, faster than real time',
    load: async () => (await import('./commands/analyze.ts')).analyzeCommand,
  },
  {
    name: 'start',
    summary: 'run the recorder in the foreground',
    load: async () => (await import('./commands/start.ts')).startCommand,
  },
  {
    name: 'demo',
    summary: 'try it: a synthetic camera, a temporary folder, events on the screen',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
  {
    name: 'check-config',
    summary: 'check a configuration and list every mistake in it',
    load: async () => (await import('./commands/check-config.ts')).checkConfigCommand,
  },
  {
    name: 'init',
    summary: 'write a commented configuration',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'events',
    summary: 'list recorded events',
    load: async () => (await import('./commands/events.ts')).eventsCommand,
  },
  {
    name: 'check',
    summary: 'compare the database with the files, and repair either from the other',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
];
