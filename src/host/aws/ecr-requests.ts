/** A request of the distribution spec, to a registry of ECR. */
export interface EcrRequest {
  readonly method: string;
  /** `/v2/golden/python/manifests/3.13` */
  readonly path: string;
}

/** Which call of ECR's API a request is, for its rate and for the permission that it needs. */
export interface EcrCall {
  readonly operation: string;
  /** What a policy has to allow for it: `ecr:PutImage`. */
  readonly action: string;
  /** `golden/python` */
  readonly repository: string;
}

/**
 * By "IAM permissions for pushing" and "Amazon ECR service quotas" of the user guide: what a request is counted and
 * authorized as. The spec's one PUT that ends an upload is the last of its parts as well.
 */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/^(GET|HEAD) manifests/, 'BatchGetImage'],
  [/^PUT manifests/, 'PutImage'],
  [/^DELETE manifests/, 'BatchDeleteImage'],
  [/^POST blobs\/uploads/, 'InitiateLayerUpload'],
  [/^PATCH blobs\/uploads/, 'UploadLayerPart'],
  [/^PUT blobs\/uploads/, 'CompleteLayerUpload'],
  [/^HEAD blobs/, 'BatchCheckLayerAvailability'],
  [/^GET blobs/, 'GetDownloadUrlForLayer'],
  [/^GET tags/, 'ListImages'],
  [/^GET referrers/, 'ListImageReferrers'],
];

/** API reference, "ListImageReferrers": it has no permission of its own. */
const ALLOWED_AS: Readonly<Record<string, string>> = { ListImageReferrers: 'BatchGetImage' };

/** Undefined for what is no request about a repository. */
export function ecrCallOf({ method, path }: EcrRequest): EcrCall | undefined {
  const [, repository, rest] = /^\/v2\/(.+)\/((?:manifests|referrers|tags|blobs)\/.*)$/.exec(path) ?? [];
  const [, operation] = OPERATIONS.find(([pattern]) => pattern.test(`${method} ${rest ?? ''}`)) ?? [];
  if (repository === undefined || operation === undefined) {
    return undefined;
  }
  return { operation, action: `ecr:${ALLOWED_AS[operation] ?? operation}`, repository };
}
