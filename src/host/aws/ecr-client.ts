import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { ECR } from '@aws-sdk/client-ecr';
import { trustSystemCertificates } from '../certificates.ts';
import { childNetwork } from '../child-network.ts';
import type { ProxySettings } from '../proxy-settings.ts';
import { awsError } from './aws-error.ts';
import { ecrRate } from './ecr-rates.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

export interface EcrAccess {
  readonly region: string;
  /** Whose registry is asked; absent: that of whoever the credentials are of. */
  readonly account?: string;
  readonly proxies: ProxySettings;
  readonly signal: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 6;
/** Connections to one service: as many as its reading rate can use. */
const MAX_CONNECTIONS = 16;

/**
 * AWS's own client of ECR. Credentials are what the SDK's default chain finds, and AWS_ENDPOINT_URL_ECR counts, as for
 * every program of AWS's. Added are: our proxies and certificates, a rate for each operation, and errors that say
 * what to do. Without `destroy` its connections keep the process alive.
 */
export function createEcrClient({ region, account, proxies, signal }: EcrAccess): ECR {
  trustSystemCertificates();
  const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS, proxyEnv: childNetwork(proxies, '') };
  const ecr = new ECR({
    region,
    retryMode: 'adaptive',
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      httpAgent: new HttpAgent(options),
      httpsAgent: new HttpsAgent(options),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
    },
  });
  const buckets = new Map<string, TokenBucket>();
  ecr.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = operationOf(context);
      try {
        return await next(args);
      } catch (error) {
        signal.throwIfAborted();
        throw awsError(error, { what: attemptText(operation, args.input), operation, region });
      }
    },
    { step: 'initialize', priority: 'high', name: 'ingotErrors' },
  );
  if (account !== undefined) {
    ecr.middlewareStack.add(
      (next) => (args) => next({ ...args, input: { ...args.input, registryId: account } }),
      { step: 'initialize', name: 'ingotRegistry' },
    );
  }
  // inside of the retries, which are calls as well
  ecr.middlewareStack.add(
    (next, context) => async (args) => {
      await bucketOf(operationOf(context), buckets).take(signal);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'ingotRates' },
  );
  return ecr;
}

/** `GetRepositoryPolicyCommand` → `GetRepositoryPolicy` */
function operationOf({ commandName }: { readonly commandName?: string }): string {
  return commandName?.replace(/Command$/, '') ?? 'request';
}

function bucketOf(operation: string, buckets: Map<string, TokenBucket>): TokenBucket {
  const bucket = buckets.get(operation) ?? createTokenBucket(ecrRate(operation));
  buckets.set(operation, bucket);
  return bucket;
}

/** `GetRepositoryPolicy` of golden/python → `get repository policy of "golden/python"` */
export function attemptText(operation: string, input: object): string {
  const words = operation.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  const { repositoryName, resourceArn }: { repositoryName?: unknown; resourceArn?: unknown } = input;
  const subject = repositoryName ?? resourceArn;
  if (typeof subject !== 'string') {
    return words;
  }
  return words === 'create repository' ? `${words} "${subject}"` : `${words} of "${subject}"`;
}
