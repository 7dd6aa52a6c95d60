import {
  FactoryError,
  isJsonObject,
  type FactoryErrorCode,
  type Json,
  type JsonObject,
} from '../../model/index.ts';
import { listOf } from './policy-form.ts';

/** What fails so for one resource fails so for all. */
const FAILS_FOR_ALL: ReadonlySet<FactoryErrorCode> = new Set([
  'AWS_CREDENTIALS',
  'AWS_REGION',
  'AWS_CLOCK',
  'AWS_THROTTLED',
  'CANCELLED',
]);

/** What went wrong with one resource; throws what goes wrong with all. */
export async function failureOf(work: () => Promise<void>): Promise<FactoryError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof FactoryError && !FAILS_FOR_ALL.has(error.code)) {
      return error;
    }
    throw error;
  }
}

/** One failure is told as it is. */
export function partlyApplied(failures: readonly FactoryError[], count: number): FactoryError {
  const [first] = failures;
  if (first !== undefined && failures.length === 1) {
    return first;
  }
  const hints = new Set(failures.flatMap(({ hint }) => hint ?? []));
  return new FactoryError(
    first?.code ?? 'AWS_FAILED',
    `cannot apply the whole plan: ${failures.length} of ${count} resources failed\n${failures.map(({ message }) => message).join('\n')}`,
    { ...(hints.size > 0 && { hint: [...hints].join('\n') }), cause: first },
  );
}

const NAMED = 5;

/** A repository's policy, and how it is set. */
interface PolicySetting {
  readonly repository: string;
  readonly policy: JsonObject;
  readonly set: () => Promise<void>;
}

/** ECR does not say whom it misses: it is one of those that the policy names. */
export async function namingPrincipals({ repository, policy, set }: PolicySetting): Promise<void> {
  try {
    await set();
  } catch (error) {
    if (!(error instanceof FactoryError) || error.code !== 'PRINCIPAL_MISSING') {
      throw error;
    }
    throw new FactoryError(
      error.code,
      `cannot set the policy of "${repository}": it names a role, user or account that does not exist, one of ${listed(principalsOf(policy))}`,
      { ...(error.hint !== undefined && { hint: error.hint }), cause: error },
    );
  }
}

function listed(names: readonly string[]): string {
  const rest = names.length - NAMED;
  const list = names.slice(0, NAMED).map((name) => `"${name}"`);
  return `${list.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function principalsOf({ Statement = [] }: JsonObject): readonly string[] {
  const principals = listOf(Statement).flatMap((statement) => memberOf(statement, 'Principal'));
  const names = principals.flatMap((principal) => memberOf(principal, 'AWS'));
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

function memberOf(value: Json, key: string): readonly Json[] {
  return isJsonObject(value) ? listOf(value[key] ?? []) : [];
}
