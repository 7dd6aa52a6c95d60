import { FactoryError } from '../model/index.ts';
import { errorFields } from './error-text.ts';

/** A value for machines. `JSON.stringify` alone would lose the message of an error in it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    field instanceof FactoryError ? errorFields(field) : field,
  );
}
