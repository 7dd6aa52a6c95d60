import {
  certificateFault,
  FactoryError,
  proxyFault,
  type FactoryErrorCode,
  type NetworkRoute,
} from '../../model/index.ts';

interface Explanation {
  readonly code: FactoryErrorCode;
  readonly reason: string;
  readonly hint: string;
}

const NOT_THERE: Explanation = {
  code: 'ARTIFACT_NOT_FOUND',
  reason: 'the registry does not have it',
  hint: 'check the name in stack.json, and that the registry of your npm configuration serves it',
};
const DENIED: Explanation = {
  code: 'NETWORK_FAILED',
  reason: 'the registry denies access',
  hint: 'check the credentials in your npm configuration (npm whoami)',
};
const ALTERED: Explanation = {
  code: 'DIGEST_MISMATCH',
  reason: 'its tarball is not the locked one',
  hint: 'the registry, or something on the way, changed the file: find out why before you go on',
};

/** npm-registry-fetch, npm-pick-manifest and cacache name their failures by `code`. */
const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([
  ['E404', NOT_THERE],
  ['ETARGET', NOT_THERE],
  ['E401', DENIED],
  ['E403', DENIED],
  ['EINTEGRITY', ALTERED],
]);

/** Ours for what npm's libraries throw. Their messages may hold a URL with credentials: only the code is shown. */
export function npmError(what: string, route: NetworkRoute, error: unknown): FactoryError {
  if (error instanceof FactoryError) {
    return error;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = EXPLANATIONS.get(code) ??
    onTheWay(code, route) ?? {
      code: 'NETWORK_FAILED' as const,
      reason: code || 'the request failed',
      hint: 'check that this machine reaches the registry of its npm configuration (npm ping) and run again',
    };
  return new FactoryError(known.code, `cannot fetch npm package "${what}": ${known.reason}`, {
    hint: known.hint,
    cause: error,
  });
}

function onTheWay(code: string, route: NetworkRoute): Explanation | undefined {
  const fault = code === 'E407' ? proxyFault(407, route) : certificateFault(code, route);
  return fault === undefined ? undefined : { code: 'NETWORK_FAILED', ...fault };
}
