/** What the go command calls its module mirror and checksum database (`go help environment`). */
export interface GoSettings {
  /** List of proxies, `https://proxy.example,direct`. */
  readonly proxy: string;
  /** Name of the database, with its key unless the key is known, and its URL where it is not below the name. */
  readonly sumdb: string;
}

/** The database's own name stands for its published key, which the go command has built in as well (cmd/go, key.go). */
export const DEFAULT_SUMDB = 'sum.golang.org';

/** `KEY=value` lines, as `go.env` has them: `#` begins a comment, and nothing is quoted (cmd/go, cfg.go). */
export function parseGoEnv(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, key = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim()) ?? [];
      return key === '' ? [] : [[key, value.trim()] as const];
    }),
  );
}
