// `${NAME}` and `${file:/path}` in texts of a configuration.

/** Where the texts come from. */
export interface LookUp {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The content of a file, without its last line break. @throws {Error} saying that it cannot be read. */
  readFile(path: string): string;
}

/** Fills in what is looked up; `$${` is a literal `${`. @throws {Error} naming what is not there. */
export function lookedUpText(text: string, { env, readFile }: LookUp): string {
  return text.replace(/\$?\$\{([^}]*)\}/g, (found: string, name: string) => {
    if (found.startsWith('$$')) return found.slice(1);
    if (name.startsWith('file:')) return readFile(name.slice('file:'.length));
    const value = env[name];
    if (value === undefined) throw new Error(`the variable ${name} is not set`);
    return value;
  });
}
