export { readAttestation } from '../../oci/index.ts';
export type { AttachDeps, BundleSettings } from './attached.ts';
export { verifyArgs, verifyAttestationArgs } from './cosign-args.ts';
export type { BuildEvidence, DecisionsInForce, Evidence, GateEvidence, RunEvidence } from './evidence.ts';
export { keepPublished, readPublished, vexToAttest } from './keep-published.ts';
export type { PublishedStatements } from './keep-published.ts';
export {
  imageStatements,
  judgementStatements,
  parseLockPredicate,
  parseTestPredicate,
} from './predicates.ts';
export type { JudgedImage } from './predicates.ts';
export { BUILD_TYPE } from './provenance.ts';
export { decideReattest } from './reattest.ts';
export type { ReattestDecision } from './reattest.ts';
export { attest, sign } from './sign.ts';
export type { AttestInput, SignDeps, SignInput } from './sign.ts';
export { parseRecipePredicate, recipeStatement } from './recipe.ts';
export { readVerdict, writeVerdict } from './verdict.ts';
export { attachMetadata, readMetadata } from './in-toto/attach-metadata.ts';
export type { PipelineEvidence } from './in-toto/links.ts';
export { publicKeyOf } from './in-toto/metadata.ts';
export { pipelineMetadata } from './in-toto/pipeline-metadata.ts';
export { makeStepKeys } from './in-toto/step-keys.ts';
export { signLayoutAnew } from './in-toto/sign-layout-anew.ts';
export { publishedStatements } from './published-statements.ts';
export { createKeylessSigner, createNotationSigner } from './further-signers.ts';
export type { FurtherSigner } from './further-signers.ts';
