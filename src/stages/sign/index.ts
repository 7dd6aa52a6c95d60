export { readAttestation } from '../../oci/index.ts';
export { verifyArgs, verifyAttestationArgs } from './cosign-args.ts';
export { imageStatements, parseLockPredicate, parseTestPredicate } from './predicates.ts';
export { parseRecipePredicate, recipeStatement } from './recipe.ts';
export { sign } from './sign.ts';
export type { SignDeps, SignInput } from './sign.ts';
export { readVerdict, writeVerdict } from './verdict.ts';
