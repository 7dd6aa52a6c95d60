import { regionOfHost } from '../../model/index.ts';
import type { Send } from '../../oci/index.ts';
import { ecrRate } from './ecr-rates.ts';
import { ecrCallOf } from './ecr-requests.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

const TOO_MANY_REQUESTS = 429;

/** Keeps requests to ECR below its rates; others go through as they are. */
export function withEcrRates(send: Send): Send {
  const buckets = new Map<string, TokenBucket>();
  function bucketOf(url: URL, method: string): TokenBucket | undefined {
    const call = regionOfHost(url.host) === undefined ? undefined : ecrCallOf({ method, path: url.pathname });
    if (call === undefined) {
      return undefined;
    }
    const key = `${url.host} ${call.operation}`;
    const bucket = buckets.get(key) ?? createTokenBucket(ecrRate(call.operation));
    buckets.set(key, bucket);
    return bucket;
  }
  return async (request) => {
    const bucket = bucketOf(request.url, request.method);
    await bucket?.take(request.signal);
    const response = await send(request);
    if (response.status === TOO_MANY_REQUESTS) {
      bucket?.slowDown();
    }
    return response;
  };
}
