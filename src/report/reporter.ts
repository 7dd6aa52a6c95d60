import type { Emit } from '../model/index.ts';

/** Where a reporter writes; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
}

/** Shows the events of a run while it goes on. Disposing of it leaves the terminal as it was found; twice is once. */
export interface Reporter extends Disposable {
  readonly emit: Emit;
}
