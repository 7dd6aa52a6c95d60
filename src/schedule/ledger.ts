import type { Logger } from 'pino';
import { owedAt, type Owed } from './decide.ts';
import type { Note } from './note.ts';
import type { NextSlot } from './slots.ts';

/** What is owed, in memory and noted for the process after this one. */
export interface Ledger {
  readonly note: () => Note;
  readonly owed: () => Owed;
  readonly change: (changed: Partial<Note>) => Promise<void>;
}

export interface LedgerDeps {
  readonly log: Logger;
  /** As the process before this one left it; undefined: there was none. */
  readonly noted: () => Promise<Note | undefined>;
  readonly writeNote: (note: Note) => Promise<void>;
}

/** A full disk ends no schedule: the next process knows less then. */
export async function openLedger({ log, noted, writeNote }: LedgerDeps, next: NextSlot): Promise<Ledger> {
  function tell(error: unknown): undefined {
    log.warn({ err: error }, 'cannot note what is owed');
  }
  const before = await noted().catch(tell);
  let note: Note = { owed: owedAt(new Date(), before?.owed, next), suites: before?.suites ?? {} };
  let written = Promise.resolve();
  // one after the other, so that an older note never takes the place of a newer one
  async function change(changed: Partial<Note>): Promise<void> {
    note = { ...note, ...changed };
    written = written.then(() => writeNote(note)).catch(tell);
    await written;
  }
  await change({});
  return { note: () => note, owed: () => note.owed, change };
}
