import { FactoryError, InternalError } from '../model/index.ts';

/** Where a bug is told. Kept here so that a fork changes one line. */
const ISSUES = 'the issue tracker of this repository';

/** A message and its hint as lines; every further line of a message is set in. */
export function errorLines(message: string, hint?: string): string[] {
  const [first = '', ...rest] = message.split('\n');
  const hints = hint === undefined ? [] : hint.split('\n').map((line) => `hint: ${line}`);
  return [first, ...rest.map((line) => `  ${line}`), ...hints];
}

/** What machines are told of a failure. */
export function errorFields({ code, message, hint }: FactoryError): {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
} {
  return { code, message, hint: hint ?? null };
}

/**
 * What stands on stderr when a command ends with an error. A failure the operator can act on is told
 * without a stack; anything else is a bug of ours, told with all we know.
 */
export function failureText(error: unknown): string {
  if (error instanceof FactoryError) {
    const [first = '', ...rest] = errorLines(error.message, error.hint);
    return [`ingot: ${first}`, ...rest.map((line) => `  ${line}`)].join('\n');
  }
  return [
    `ingot: ${bugText(error)}`,
    `  hint: this is a bug in ingot: please tell it in ${ISSUES}, with the lines above`,
  ].join('\n');
}

function bugText(error: unknown): string {
  if (!(error instanceof Error)) {
    return `internal error: ${String(error)}`;
  }
  const stack = error.stack ?? error.message;
  const text = error instanceof InternalError ? stack.replace(/^\w+: /, '') : `internal error: ${stack}`;
  return error.cause === undefined
    ? text
    : `${text}\n  caused by ${bugText(error.cause).replace('internal error: ', '')}`;
}
