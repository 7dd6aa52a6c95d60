import {
  accountOfArn,
  FactoryError,
  mapInPool,
  type EcrField,
  type EcrFields,
  type JsonObject,
  type Pool,
} from '../../model/index.ts';
import type { EcrRegistry, ListedRepository } from '../../host/aws/ecr.ts';

/** A registry as it is. */
export interface ActualRegistry {
  /** Without `blob-mounting` where the endpoint knows no such setting. */
  readonly settings: EcrFields;
  /** All of them. Those that were not asked about have only what a list of repositories tells. */
  readonly repositories: ReadonlyMap<string, EcrFields>;
}

export interface ReadRequest {
  /** Twelve digits: credentials of another account are refused. */
  readonly account: string;
  /** Of repositories by their names, if they are there, and of the registry itself: each is one more call. */
  readonly wanted: ReadonlyMap<string, ReadonlySet<EcrField>>;
  readonly settings: ReadonlySet<EcrField>;
}

/** Of a repository, what a list of repositories does not tell. */
const READ_ONE_BY_ONE: ReadonlySet<EcrField> = new Set(['tags', 'policy', 'lifecycle']);
export const SETTINGS: ReadonlySet<EcrField> = new Set(['scanning', 'blob-mounting']);

/** All that can be read of these repositories, and of the registry. */
export function wholeOf(names: Iterable<string>): Pick<ReadRequest, 'wanted' | 'settings'> {
  return { wanted: new Map([...names].map((name) => [name, READ_ONE_BY_ONE])), settings: SETTINGS };
}

export interface ReadRegistryDeps {
  readonly registry: Pick<
    EcrRegistry,
    'listRepositories' | 'tags' | 'policy' | 'lifecycle' | 'scanning' | 'blobMounting'
  >;
  readonly pool: Pool;
}

export async function readRegistry(
  request: ReadRequest,
  { registry, pool }: ReadRegistryDeps,
): Promise<ActualRegistry> {
  const settings = await readSettings(request, registry);
  const listed = await registry.listRepositories();
  for (const { arn } of listed.slice(0, 1)) {
    assertAccount(accountOfArn(arn), request);
  }
  const parse = parseOnce();
  const read = await mapInPool(pool, listed, async (repository) => {
    const { name, encryption, mutability } = repository;
    const rest = await readRest(repository, request.wanted.get(name) ?? new Set(), { registry, parse });
    return [name, { encryption, mutability, ...rest }] as const;
  });
  return { settings, repositories: new Map(read) };
}

async function readSettings(
  request: ReadRequest,
  registry: ReadRegistryDeps['registry'],
): Promise<EcrFields> {
  const fields: EcrFields[] = [];
  if (request.settings.has('scanning')) {
    const { account, scanning } = await registry.scanning();
    assertAccount(account, request);
    fields.push({ scanning });
  }
  if (request.settings.has('blob-mounting')) {
    const isOn = await registry.blobMounting();
    fields.push(isOn === undefined ? {} : { 'blob-mounting': isOn });
  }
  return Object.assign({}, ...fields) as EcrFields;
}

/** Credentials of another account find nothing of this one, or what only has its names. */
export function assertAccount(ours: string, { account }: Pick<ReadRequest, 'account'>): void {
  if (ours !== account) {
    throw new FactoryError(
      'AWS_CREDENTIALS',
      `cannot read the registry of account ${account}: the credentials are of account ${ours}`,
      { hint: 'choose the profile, or assume the role, that is meant for this target' },
    );
  }
}

type Parse = (text: string) => JsonObject;

/** Most repositories have the same texts: held, and later compared, once. */
function parseOnce(): Parse {
  const known = new Map<string, JsonObject>();
  return (text) => {
    const found = known.get(text) ?? (JSON.parse(text) as JsonObject);
    known.set(text, found);
    return found;
  };
}

async function readRest(
  { name, arn }: ListedRepository,
  fields: ReadonlySet<EcrField>,
  { registry, parse }: Pick<ReadRegistryDeps, 'registry'> & { readonly parse: Parse },
): Promise<EcrFields> {
  const policy = fields.has('policy') ? await registry.policy(name) : undefined;
  const lifecycle = fields.has('lifecycle') ? await registry.lifecycle(name) : undefined;
  return {
    ...(fields.has('tags') && { tags: await registry.tags(arn) }),
    ...(policy !== undefined && { policy: parse(policy) }),
    ...(lifecycle !== undefined && { lifecycle: parse(lifecycle) }),
  };
}
