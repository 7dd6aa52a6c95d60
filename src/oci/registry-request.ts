import { parseRepository } from './reference.ts';
import type { RegistryRequest } from './registry-transport.ts';
import type { WireResponse } from './wire.ts';

/** A request below one repository, with the access that it needs there: `pull` or `pull,push`. */
export function repositoryRequest(
  repository: string,
  request: Pick<RegistryRequest, 'method' | 'doing'> & { readonly path: string; readonly access: string },
): RegistryRequest {
  const { registry, name } = parseRepository(repository);
  const { method, doing, path, access } = request;
  return {
    method,
    registry,
    scopes: [`repository:${name}:${access}`],
    location: `/v2/${name}/${path}`,
    doing,
  };
}

/** Where a list goes on, RFC 5988 `Link`; undefined at its end. */
export function nextPage(response: WireResponse): string | undefined {
  return /<([^>]+)>;\s*rel="?next"?/.exec(response.headers['link'] ?? '')?.[1];
}
