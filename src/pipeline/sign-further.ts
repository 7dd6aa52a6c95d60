import type { DigestRef, Sha256 } from '../model/index.ts';
import type { RunDeps } from './deps.ts';

/** Index and manifests in every namespace, by each further signer of the target; nothing where there is none. */
export async function signFurther(
  repositories: readonly string[],
  digests: readonly Sha256[],
  { furtherSigners, sign }: Pick<RunDeps, 'furtherSigners' | 'sign'>,
): Promise<void> {
  const refs: readonly DigestRef[] = repositories.flatMap((repository) =>
    digests.map((digest) => ({ repository, digest })),
  );
  for (const signer of furtherSigners) {
    await sign.pool.map(refs, (ref) => signer(ref));
  }
}
