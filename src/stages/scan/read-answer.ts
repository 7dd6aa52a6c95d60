import type { z } from 'zod';
import type { FileStore } from '../../host/file-store.ts';
import { FactoryError } from '../../model/index.ts';

/** JSON of a server or a program, in the shape we need; FEED_INVALID for anything else. */
export function readAnswer<T>(text: string, schema: z.ZodType<T>, what: string): T {
  const value = parsed(text);
  const result = schema.safeParse(value);
  if (value === undefined || !result.success) {
    const [issue] = result.error?.issues ?? [];
    const reason =
      value === undefined ? 'expected JSON' : `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new FactoryError('FEED_INVALID', `cannot read ${what}: ${reason}`, {
      hint: 'see whether what answers is what the catalog means, and which version it has',
    });
  }
  return result.data;
}

/** Nothing where the file is missing, or is not ours. */
export async function readState<T>(
  file: string,
  schema: z.ZodType<T>,
  state: FileStore,
): Promise<T | undefined> {
  const text = await state.read(file);
  const result = schema.safeParse(parsed(text ?? ''));
  return result.success ? result.data : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
