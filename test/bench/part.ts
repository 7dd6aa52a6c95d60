/** What one part of the bench found. */
export interface Part {
  readonly lines: readonly string[];
  /** What is not as it has to be, whatever the machine; a time is none of these. */
  readonly misses: readonly string[];
}
