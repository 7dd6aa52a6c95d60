import type { ECR } from '@aws-sdk/client-ecr';
import { FactoryError, regionOfHost } from '../../model/index.ts';
import type { CredentialSource, Password } from '../../oci/index.ts';
import { createEcrClient, type EcrAccess } from './ecr-client.ts';

/** Passwords of ECR's registries, from the credentials of this process; they are only ever in memory. */
export interface EcrLogins {
  /** Undefined for registries that are not of ECR. */
  readonly credentials: CredentialSource;
  close(): void;
}

export interface LoginClock {
  /** ms since 1970, to compare with what AWS says. */
  wallMs(): number;
  /** ms that only ever go on. */
  passedMs(): number;
}

const REAL_CLOCK: LoginClock = { wallMs: () => Date.now(), passedMs: () => performance.now() };

/** A token is good for the registries of one region, whatever their account. */
interface Login {
  readonly password: Password;
  readonly renewAtMs: number;
}

const MINUTE_MS = 60_000;
/** Enough to upload the largest layer: what is begun with a token ends with it. */
const MARGIN_MS = 30 * MINUTE_MS;
/** AWS gives tokens for twelve hours. */
const LONGEST_USE_MS = 12 * 60 * MINUTE_MS - MARGIN_MS;
/** Where the clocks differ, a token may seem to be over when it comes: it is used all the same. */
const SHORTEST_USE_MS = 5 * MINUTE_MS;

export function createEcrLogins(
  access: Pick<EcrAccess, 'proxies' | 'signal'>,
  clock: LoginClock = REAL_CLOCK,
): EcrLogins {
  const clients = new Map<string, ECR>();
  const logins = new Map<string, Promise<Login>>();
  function begin(region: string): Promise<Login> {
    const ecr = clients.get(region) ?? createEcrClient({ ...access, region });
    clients.set(region, ecr);
    const login = logIn(ecr, { ...access, region }, clock);
    logins.set(region, login);
    login.catch(() => logins.delete(region));
    return login;
  }
  return {
    credentials: async (registry, refused) => {
      const region = regionOfHost(registry);
      if (region === undefined) {
        return undefined;
      }
      const known = logins.get(region);
      const { password, renewAtMs } = await (known ?? begin(region));
      const isRefused = refused?.kind === 'password' && refused.password === password.password;
      if (!isRefused && clock.passedMs() < renewAtMs) {
        return password;
      }
      // whoever came first has asked already
      const renewed = logins.get(region);
      return (await (renewed === known || renewed === undefined ? begin(region) : renewed)).password;
    },
    close: () => {
      for (const client of clients.values()) {
        client.destroy();
      }
    },
  };
}

async function logIn(
  ecr: ECR,
  { signal, region }: Omit<EcrAccess, 'proxies'>,
  clock: LoginClock,
): Promise<Login> {
  const { authorizationData: [data] = [] } = await ecr.getAuthorizationToken({}, { abortSignal: signal });
  const [username = '', password = ''] = Buffer.from(data?.authorizationToken ?? '', 'base64')
    .toString('utf8')
    .split(':', 2);
  if (username === '' || password === '') {
    throw new FactoryError(
      'AWS_FAILED',
      `cannot log in to ECR in "${region}": expected a token of a user name and a password`,
    );
  }
  const useMs = useForMs(data?.expiresAt?.getTime(), clock.wallMs());
  return { password: { kind: 'password', username, password }, renewAtMs: clock.passedMs() + useMs };
}

/** How long a token that has just come is used. */
export function useForMs(expiresAtMs: number | undefined, nowMs: number): number {
  const leftMs = (expiresAtMs ?? nowMs) - nowMs - MARGIN_MS;
  return Math.min(Math.max(leftMs, SHORTEST_USE_MS), LONGEST_USE_MS);
}
