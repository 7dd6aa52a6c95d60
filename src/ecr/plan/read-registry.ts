import { FactoryError, mapInPool, type EcrFields, type JsonObject, type Pool } from '../../model/index.ts';
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
  /** Names of repositories to be read whole, if they are there. */
  readonly wanted: ReadonlySet<string>;
  /** Without tags it is two calls for each repository; with them, three. */
  readonly withTags: boolean;
}

export interface ReadRegistryDeps {
  readonly registry: Pick<
    EcrRegistry,
    'listRepositories' | 'tags' | 'policy' | 'lifecycle' | 'scanning' | 'blobMounting'
  >;
  readonly pool: Pool;
}

export async function readRegistry(
  { account, wanted, withTags }: ReadRequest,
  { registry, pool }: ReadRegistryDeps,
): Promise<ActualRegistry> {
  const { account: ours, scanning } = await registry.scanning();
  if (ours !== account) {
    throw new FactoryError(
      'AWS_CREDENTIALS',
      `cannot read the registry of account ${account}: the credentials are of account ${ours}`,
      { hint: 'choose the profile, or assume the role, that is meant for this target' },
    );
  }
  const blobMounting = await registry.blobMounting();
  const listed = await registry.listRepositories();
  const read = await mapInPool(pool, listed, async (repository) => {
    const { name, encryption, mutability } = repository;
    const rest = wanted.has(name) ? await readRest(repository, withTags, registry) : {};
    return [name, { encryption, mutability, ...rest }] as const;
  });
  return {
    settings: { scanning, ...(blobMounting !== undefined && { 'blob-mounting': blobMounting }) },
    repositories: new Map(read),
  };
}

async function readRest(
  { name, arn }: ListedRepository,
  withTags: boolean,
  registry: ReadRegistryDeps['registry'],
): Promise<EcrFields> {
  const policy = await registry.policy(name);
  const lifecycle = await registry.lifecycle(name);
  return {
    ...(withTags && { tags: await registry.tags(arn) }),
    ...(policy !== undefined && { policy: JSON.parse(policy) as JsonObject }),
    ...(lifecycle !== undefined && { lifecycle: JSON.parse(lifecycle) as JsonObject }),
  };
}
