import { ECR_FIELDS, type EcrField, type EcrFields } from '../../model/index.ts';
import type { DesiredRegistry } from './desired.ts';
import { SETTINGS, type ReadRequest } from './read-registry.ts';

/** What a night looks at, and what it leaves to the nights after it. */
export interface LookOfNight {
  readonly request: ReadRequest;
  /** Without what is not looked at. */
  readonly desired: DesiredRegistry;
  /** How many policies, lifecycle policies and settings are left. */
  readonly left: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Of a repository, what has to be asked for by itself and takes turns. */
const TURNS: readonly EcrField[] = ['policy', 'lifecycle'];

/**
 * As much as two calls for each repository allow, of which the list of its images is one. Every night: the list of
 * repositories, which tells of each whether it is there, its encryption and its mutability. Policies and lifecycle
 * policies have every second night each, and the settings of the registry take turns. The tags of repositories are not
 * asked for.
 */
export function lookOfNight(desired: DesiredRegistry, now: Date): LookOfNight {
  const night = Math.floor(now.getTime() / DAY_MS);
  const names = [...desired.repositories.keys()].sort();
  const fields = new Map(names.map((name, at) => [name, turnOf(TURNS, night + at)]));
  const settings = turnOf([...SETTINGS], night);
  const left = names.length * (TURNS.length - 1) + SETTINGS.size - settings.size;
  return { ...looked(desired, settings, fields), left };
}

function turnOf(fields: readonly EcrField[], at: number): ReadonlySet<EcrField> {
  return new Set(fields.filter((_, index) => index === at % fields.length));
}

function looked(
  desired: DesiredRegistry,
  settings: ReadonlySet<EcrField>,
  wanted: ReadonlyMap<string, ReadonlySet<EcrField>>,
): Pick<LookOfNight, 'request' | 'desired'> {
  const repositories = [...desired.repositories].map(([name, fields]) => {
    const seen = new Set<EcrField>(['encryption', 'mutability', ...(wanted.get(name) ?? [])]);
    return [name, only(fields, seen)] as const;
  });
  return {
    request: { account: desired.account, settings, wanted },
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
