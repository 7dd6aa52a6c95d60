/** The parts of @npmcli/config 11 we use; the package has no types of its own. */
declare module '@npmcli/config' {
  class Config {
    constructor(options: {
      readonly definitions: unknown;
      readonly shorthands: unknown;
      readonly flatten: unknown;
      readonly npmPath: string;
      readonly argv: readonly string[];
      readonly env: NodeJS.ProcessEnv;
      readonly execPath: string;
      readonly cwd: string;
      readonly warn: boolean;
    });
    load(): Promise<void>;
    /** Options in the form npm's libraries take them. */
    readonly flat: Readonly<Record<string, unknown>>;
  }
  export = Config;
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const schema: {
    readonly definitions: unknown;
    readonly shorthands: unknown;
    readonly flatten: unknown;
  };
  export = schema;
}
