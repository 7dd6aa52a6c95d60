import { FactoryError } from '../../model/index.ts';
import { brief } from './aws-text.ts';
import { denialOf } from './denial.ts';

/** What was tried, for `cannot …`, and where. */
export interface AwsAttempt {
  /** `get the repository policy of "golden/python"` */
  readonly what: string;
  /** `GetRepositoryPolicy` */
  readonly operation: string;
  readonly region: string;
}

/** As far as the SDK's errors are read here. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

type Translation = (error: SdkError, attempt: AwsAttempt) => FactoryError;

const DENIED: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
]);
const THROTTLED: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);
const EXPIRED: ReadonlySet<string> = new Set(['ExpiredTokenException', 'ExpiredToken', 'RequestExpired']);
const MISSING: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);
/** What STS says of a web identity's token, and not of the role that it is for. */
const UNTRUSTED_TOKEN: ReadonlySet<string> = new Set([
  'InvalidIdentityTokenException',
  'IDPRejectedClaimException',
  'IDPCommunicationErrorException',
]);
const UNRECOGNISED: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidClientTokenIdException',
  'OptInRequired',
]);
const SIGNATURE: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestTimeTooSkewed',
]);

const TRANSLATIONS: readonly (readonly [(error: SdkError) => boolean, Translation])[] = [
  [({ name }) => DENIED.has(name), denied],
  [({ name }) => THROTTLED.has(name), throttled],
  [({ name }) => EXPIRED.has(name), expired],
  [({ name }) => MISSING.has(name), missing],
  [({ name }) => UNTRUSTED_TOKEN.has(name), untrustedToken],
  [({ name }) => name === 'RegionDisabledException', regionWithoutSts],
  [({ name }) => UNRECOGNISED.has(name), unrecognised],
  [({ name }) => SIGNATURE.has(name), wronglySigned],
  [isMissingPrincipal, missingPrincipal],
  [isUnknownOperation, unknownOperation],
  [({ code }) => code === 'ENOTFOUND', noSuchHost],
];

/** What AWS, or the way there, says no with, for whoever has to act. Nothing that was signed with gets into it. */
export function awsError(error: unknown, attempt: AwsAttempt): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError' || error instanceof FactoryError) {
    return error;
  }
  const [, translate = failed] = TRANSLATIONS.find(([applies]) => applies(error)) ?? [];
  return translate(error, attempt);
}

/** Stand-ins for AWS answer what they have never heard of with a page for people, and status 500. */
function isUnknownOperation({ name, message, $response }: SdkError): boolean {
  const isPage = $response?.headers?.['content-type']?.startsWith('text/html') === true;
  return isPage || name === UNKNOWN_OPERATION || /^Unexpected token '<'/.test(message);
}

/** ECR looks up whom a policy names, and does not say whom it has not found. */
function isMissingPrincipal({ name, message }: SdkError): boolean {
  return name === 'InvalidParameterException' && message.includes('Principal not found');
}

function missingPrincipal(error: SdkError, { what }: AwsAttempt): FactoryError {
  return new FactoryError(
    'PRINCIPAL_MISSING',
    `cannot ask AWS to ${what}: the policy names a role, user or account that does not exist`,
    {
      hint: 'make it, then run again; or correct it where the catalog names it ("aws" of a team in teams/*.json, "factory" of the target in catalog.json), and plan again',
      cause: withoutRequest(error),
    },
  );
}

function denied(error: SdkError, { what, operation }: AwsAttempt): FactoryError {
  const { reason, hint } = denialOf(error.message, { action: `ecr:${operation}` });
  return new FactoryError('AWS_DENIED', `cannot ask AWS to ${what}: ${reason}`, {
    hint,
    cause: withoutRequest(error),
  });
}

function throttled(error: SdkError, { what, operation }: AwsAttempt): FactoryError {
  return new FactoryError(
    'AWS_THROTTLED',
    `cannot ask AWS to ${what}: AWS takes no more ${operation} for now (${error.name}), after several attempts`,
    {
      hint: 'run again: it goes on where this stopped; see in Service Quotas what else uses this account and region',
      cause: withoutRequest(error),
    },
  );
}

function expired(error: SdkError, { what }: AwsAttempt): FactoryError {
  return new FactoryError('AWS_CREDENTIALS', `cannot ask AWS to ${what}: the credentials have expired`, {
    hint: 'log in anew, then run again: it goes on where this stopped',
    cause: withoutRequest(error),
  });
}

function missing(error: SdkError, { what }: AwsAttempt): FactoryError {
  return new FactoryError('AWS_CREDENTIALS', `cannot ask AWS to ${what}: ${brief(error.message)}`, {
    hint: "ingot takes what AWS's own programs take: see that `aws sts get-caller-identity` works here",
    cause: withoutRequest(error),
  });
}

function untrustedToken(error: SdkError, { what }: AwsAttempt): FactoryError {
  return new FactoryError(
    'AWS_CREDENTIALS',
    `cannot ask AWS to ${what}: AWS does not take the identity token: ${brief(error.message)}`,
    {
      hint: "see that the role's account has an identity provider with the token's iss as its URL and its aud as an audience, and that AWS can reach that URL",
      cause: withoutRequest(error),
    },
  );
}

function regionWithoutSts(error: SdkError, { what, region }: AwsAttempt): FactoryError {
  return new FactoryError(
    'AWS_REGION',
    `cannot ask AWS to ${what}: "${region}" gives this account no credentials (${error.name}): ${brief(error.message)}`,
    {
      hint: "enable the region for the account if `aws account list-regions` says that it is not, else its STS endpoint in IAM's account settings",
      cause: withoutRequest(error),
    },
  );
}

/** A region that has to be enabled knows no account's keys until it is: AWS says the same of both. */
function unrecognised(error: SdkError, { what, region }: AwsAttempt): FactoryError {
  return new FactoryError(
    'AWS_REGION',
    `cannot ask AWS to ${what}: "${region}" does not know these credentials (${error.name})`,
    {
      hint: `enable the region for the account if \`aws account list-regions\` says that it is not, else correct the access key`,
      cause: withoutRequest(error),
    },
  );
}

/** The message repeats what was signed, session token and all: only its times are told. */
function wronglySigned(error: SdkError, { what }: AwsAttempt): FactoryError {
  const [, ours] = /(\d{8}T\d{6}Z)/.exec(error.message) ?? [];
  const isLate = error.name === 'RequestTimeTooSkewed' || /expired|not yet current|skew/i.test(error.message);
  if (!isLate) {
    return new FactoryError(
      'AWS_CREDENTIALS',
      `cannot ask AWS to ${what}: the signature is wrong, so the secret access key does not belong to the access key`,
      { hint: 'correct the two together', cause: withoutRequest(error) },
    );
  }
  const theirs = error.$response?.headers?.['date'];
  const clocks = [
    ours === undefined ? '' : `this host signed at ${ours}`,
    theirs === undefined ? '' : `AWS answered at ${theirs}`,
  ].filter((part) => part !== '');
  const difference = clocks.length === 0 ? '' : `: ${clocks.join(', ')}`;
  return new FactoryError(
    'AWS_CLOCK',
    `cannot ask AWS to ${what}: the clocks differ by too much${difference}`,
    {
      hint: 'set the clock of this host, by NTP',
      cause: withoutRequest(error),
    },
  );
}

function unknownOperation(error: SdkError, { what, operation }: AwsAttempt): FactoryError {
  return new FactoryError(
    'AWS_FAILED',
    `cannot ask AWS to ${what}: the endpoint does not know ${operation}`,
    {
      hint: 'see which endpoint AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL or the profile names',
      cause: withoutRequest({ ...error, name: UNKNOWN_OPERATION, message: '' }),
    },
  );
}

function noSuchHost(error: SdkError, { what, region }: AwsAttempt): FactoryError {
  return new FactoryError('AWS_REGION', `cannot ask AWS to ${what}: no host answers for ECR in "${region}"`, {
    hint: 'see that the region is written as AWS does, and that its name resolves here',
    cause: withoutRequest(error),
  });
}

function failed(error: SdkError, { what, operation }: AwsAttempt): FactoryError {
  const status = error.$metadata?.httpStatusCode;
  const answer = status === undefined ? '' : `, status ${status}`;
  return new FactoryError(
    'AWS_FAILED',
    `cannot ask AWS to ${what}: ${operation} failed with ${error.name}${answer}: ${brief(error.message)}`,
    { cause: withoutRequest(error) },
  );
}

/** By which name AWS failed, of what `awsError` made of it. */
export function causeName(error: unknown): string | undefined {
  return error instanceof FactoryError && error.cause instanceof Error ? error.cause.name : undefined;
}

/** What AWS calls it where it answers as an API does. */
export const UNKNOWN_OPERATION = 'UnknownOperationException';

/** The SDK hangs request and response on its errors, headers included. */
function withoutRequest({ name, stack }: SdkError): Error {
  const cause = new Error(name);
  cause.name = name;
  cause.stack = `${name}\n${(stack ?? '')
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .join('\n')}`;
  return cause;
}
