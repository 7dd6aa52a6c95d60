import { FactoryError } from '../model/index.ts';
import type { Fault } from './result.ts';

/** Something read from the registry, or why it could not be: a value, so that every check can still be made. */
export type Read<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unread'; readonly error: FactoryError };

export async function attempt<T>(reading: () => Promise<T>): Promise<Read<T>> {
  try {
    return { kind: 'read', value: await reading() };
  } catch (error) {
    if (error instanceof FactoryError && error.code !== 'CANCELLED') {
      return { kind: 'unread', error };
    }
    throw error;
  }
}

export function toFault({ code, message, hint }: FactoryError): Fault {
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

export function faultsOf(read: Read<unknown>): readonly Fault[] {
  return read.kind === 'read' ? [] : [toFault(read.error)];
}

export function valueOf<T>(read: Read<T>): T | undefined {
  return read.kind === 'read' ? read.value : undefined;
}

/** Of something that was read already, and may not have the shape we know. */
export function attemptSync<T>(reading: () => T): Read<T> {
  try {
    return { kind: 'read', value: reading() };
  } catch (error) {
    if (error instanceof FactoryError) {
      return { kind: 'unread', error };
    }
    throw error;
  }
}
