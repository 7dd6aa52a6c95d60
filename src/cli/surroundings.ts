/** What the process gives us; tests give something else. */
export interface Surroundings {
  /** Where questions are answered, if it is a terminal. */
  readonly stdin: Pick<NodeJS.ReadStream, 'isTTY'> & NodeJS.ReadableStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The one reading of the clock: dates of a run never disagree. */
  readonly startedAt: Date;
  readonly signal: AbortSignal;
}
