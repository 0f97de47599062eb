// What reading a configuration needs to know of the machine.

/** What became of reading a file. */
export type FileRead =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' | 'directory' | 'forbidden' | 'too-large' }
  | { readonly kind: 'failed'; readonly reason: string };

/** The environment, the host name and the files around a configuration. Nothing here changes anything. */
export interface ConfigWorld {
  readonly hostName: string;
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** The whole file, if it is no longer than `maxBytes`. */
  read(path: string, maxBytes: number): FileRead;
  /** Why `path` cannot be read as a file, in a few words; `undefined` where it can. */
  fileProblem(path: string): string | undefined;
  /** Why `path` is no directory that can be written to and cannot become one, in a few words; `undefined` where it can. */
  directoryProblem(path: string): string | undefined;
}
