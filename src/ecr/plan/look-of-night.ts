import { ECR_FIELDS, type EcrField, type EcrFields } from '../../model/index.ts';
import type { DesiredRegistry } from './desired.ts';
import { SETTINGS, type ReadRequest } from './read-registry.ts';

/** What a night looks at, and what it leaves to the nights after it. */
export interface LookOfNight {
  readonly request: ReadRequest;
  /** Without what is not looked at. */
  readonly desired: DesiredRegistry;
  /** How many lifecycle policies and settings are left. */
  readonly left: number;
}

/** One call that need not be made every night; without a repository, about a setting of the registry. */
interface Turn {
  readonly repository?: string;
  readonly field: EcrField;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Beside the policies: the list of repositories, and the token by which a run pushes and pulls. */
const CALLS_FOR_ALL = 2;

/**
 * As much as two calls for each repository allow. Every night: the list of repositories, which tells of each whether it
 * is there, its encryption and its mutability; and every policy, as it says who may push. Lifecycle policies and
 * settings take turns by the day: from six repositories on all of them have theirs within two nights. The tags of
 * repositories are not asked for.
 */
export function lookOfNight(desired: DesiredRegistry, now: Date): LookOfNight {
  const names = [...desired.repositories.keys()].sort();
  const turns: readonly Turn[] = [
    ...[...SETTINGS].map((field) => ({ field })),
    ...names.map((repository) => ({ repository, field: 'lifecycle' as const })),
  ];
  const count = Math.max(1, names.length - CALLS_FOR_ALL);
  const start = (Math.floor(now.getTime() / DAY_MS) * count) % turns.length;
  const tonight = [...turns, ...turns].slice(start, start + count);
  const settings = new Set(
    tonight.filter(({ repository }) => repository === undefined).map(({ field }) => field),
  );
  const rules = new Set(tonight.flatMap(({ repository }) => repository ?? []));
  return { ...looked(desired, settings, rules), left: turns.length - count };
}

function looked(
  desired: DesiredRegistry,
  settings: ReadonlySet<EcrField>,
  rules: ReadonlySet<string>,
): Pick<LookOfNight, 'request' | 'desired'> {
  function fieldsOf(name: string): ReadonlySet<EcrField> {
    return new Set(rules.has(name) ? ['policy', 'lifecycle'] : ['policy']);
  }
  const names = [...desired.repositories.keys()];
  const repositories = [...desired.repositories].map(([name, fields]) => {
    const seen = new Set<EcrField>(['encryption', 'mutability', ...fieldsOf(name)]);
    return [name, only(fields, seen)] as const;
  });
  return {
    request: {
      account: desired.account,
      settings,
      wanted: new Map(names.map((name) => [name, fieldsOf(name)])),
    },
    desired: {
      ...desired,
      settings: only(desired.settings, settings),
      repositories: new Map(repositories),
    },
  };
}

function only(fields: EcrFields, kept: ReadonlySet<EcrField>): EcrFields {
  const names = ECR_FIELDS.filter((field) => kept.has(field) && fields[field] !== undefined);
  return Object.fromEntries(names.map((field) => [field, fields[field]]));
}
