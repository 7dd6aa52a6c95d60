import { z } from 'zod';
import type { Owed } from './decide.ts';
import type { SuiteDates } from './security-watch.ts';

/** What outlives the process: the run that is owed, and the security suites as they were judged. */
export interface Note {
  readonly owed: Owed;
  readonly suites: SuiteDates;
}

const NoteFile = z.object({
  owed: z.object({
    cause: z.enum(['schedule', 'security-fix']),
    due: z.iso.datetime().transform((text) => new Date(text)),
    begun: z.int().min(0),
  }),
  suites: z.record(z.string(), z.string()),
});

export function noteText(note: Note): string {
  return `${JSON.stringify(note)}\n`;
}

/** Undefined where it cannot be read: as if nothing ran before. */
export function parseNote(text: string): Note | undefined {
  try {
    return NoteFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
