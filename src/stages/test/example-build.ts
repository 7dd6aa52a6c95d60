import type { CatalogEntry, CheckResult, FactoryError, Platform } from '../../model/index.ts';

/** The check that the stack's `example/Dockerfile` builds. */
export const EXAMPLE_BUILDS = 'example-builds';

/** What a developer would see who builds as the example shows, and what to do. */
export function notBuilt(
  { message, hint }: FactoryError,
  { stacks }: Pick<CatalogEntry, 'stacks'>,
  platform: Platform,
): CheckResult {
  return {
    kind: 'failed',
    check: EXAMPLE_BUILDS,
    platform,
    expected: `an image from ${stacks.at(-1)?.folder ?? ''}/example/Dockerfile`,
    got: hint === undefined ? message : `${message} (${hint})`,
  };
}
