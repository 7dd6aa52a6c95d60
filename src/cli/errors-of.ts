import type { FactoryError, ImagePlan, Relocked } from '../model/index.ts';

/** Why some of the images could not be done, for a command that goes on with the others. */
export function errorsOf(results: readonly (ImagePlan | Relocked)[]): readonly FactoryError[] {
  return results.flatMap((result) => ('error' in result ? [result.error] : []));
}
