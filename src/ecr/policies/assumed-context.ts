import type { EcrSettings } from '../../model/index.ts';
import type { GivenContext } from '../iam/request.ts';
import { knownAccounts, layerBucketArn } from './endpoint-policy.ts';
import type { PolicyInput } from './input.ts';
import { ecrService, ownKeyOf } from './key-policy.ts';

/** What is asked for, and by which call. */
interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: GivenContext;
}

interface AssumedContext {
  readonly context: GivenContext;
  readonly assumptions: readonly string[];
}

/** Condition keys as the call has them, where the question does not say them. */
export function assumedContext(asked: Asked, { target: { settings }, teams }: PolicyInput): AssumedContext {
  const key = ofTheKey(asked, settings);
  const resource = ofTheResource(asked, settings, knownAccounts(settings, teams));
  return {
    context: { ...key.context, ...resource.context, ...asked.context },
    assumptions: [...key.assumptions, ...resource.assumptions],
  };
}

/** Condition keys are compared without case. */
export function isGiven(context: GivenContext, key: string): boolean {
  return Object.keys(context).some((one) => one.toLowerCase() === key.toLowerCase());
}

const NOTHING: AssumedContext = { context: {}, assumptions: [] };

/** Nobody here calls KMS about the repositories' key: ECR does, for who makes a repository. */
function ofTheKey({ action, resource, context }: Asked, settings: EcrSettings): AssumedContext {
  if (!/^kms:/i.test(action) || resource !== ownKeyOf(settings) || isGiven(context, 'kms:ViaService')) {
    return NOTHING;
  }
  const service = ecrService(settings);
  return {
    context: { 'kms:ViaService': [service] },
    assumptions: [`kms:ViaService is taken to be ${service}, as ECR asks for who makes a repository`],
  };
}

function ofTheResource(
  { resource, resourceAccount, context }: Asked,
  { organisation, region }: EcrSettings,
  known: readonly string[],
): AssumedContext {
  const key = organisation === undefined ? 'aws:ResourceAccount' : 'aws:ResourceOrgID';
  if (resource === '*' || isGiven(context, key)) {
    return NOTHING;
  }
  if (known.includes(resourceAccount)) {
    return { context: organisation === undefined ? {} : { [key]: [organisation] }, assumptions: [] };
  }
  return /^arn:[^:]+:s3:/.test(resource) && !resource.startsWith(layerBucketArn(region))
    ? { context: {}, assumptions: [`whose bucket ${resource} is, is not known: --context ${key}=… says it`] }
    : NOTHING;
}
