import type { DigestRef } from '../model/index.ts';
import type { ReadDeps, Statement } from '../oci/index.ts';
import { publishedStatements, type SignInput } from '../stages/sign/index.ts';
import { publishedManifests } from './published-manifests.ts';

/** What a release is made of, and all that keys in force have attested about it: to sign the same once more. */
export async function attestedRelease(
  ref: DigestRef,
  deps: ReadDeps,
): Promise<Pick<SignInput, 'platforms' | 'statements'>> {
  const platforms = await publishedManifests(ref, deps.registry);
  const statements: Statement[] = [];
  for (const { digest } of [ref, ...platforms]) {
    statements.push(...(await publishedStatements({ repository: ref.repository, digest }, deps)));
  }
  return { platforms, statements };
}
