/** The proxy of a request, in words that may be shown: no user name, no password. */
export interface ProxyName {
  /** `proxy.example:3128` */
  readonly address: string;
  /** Environment variable, or npm's setting, that names it. */
  readonly variable: string;
  readonly hasCredentials: boolean;
}

/** The way a request takes. */
export interface NetworkRoute {
  /** Host, and port where it is not the usual one. */
  readonly host: string;
  readonly proxy: ProxyName | undefined;
}

/** What a network between us and the server does not let through, and what the operator can do about it. */
export interface NetworkFault {
  readonly reason: string;
  readonly hint: string;
}

/** For messages and records: a URL without user name, password and query. */
export function redactUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed === undefined ? 'an invalid URL' : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

/** OpenSSL's words for a chain that ends nowhere we know, as Node spells them (`X509_V_ERR_*`). */
const UNKNOWN_ISSUER: ReadonlySet<string> = new Set([
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const NOT_VALID_NOW: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

/** Undefined when the code of an error is not about a certificate. */
export function certificateFault(code: string, route: NetworkRoute): NetworkFault | undefined {
  const { host, proxy } = route;
  const whose = proxy === undefined ? `"${host}"` : `"${host}", behind proxy "${proxy.address}",`;
  if (UNKNOWN_ISSUER.has(code)) {
    return {
      reason: `the certificate of ${whose} is not trusted (${code})`,
      hint: "if your company signs TLS anew, name its CA certificate (PEM) in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE, or add it to the system's store (update-ca-certificates)",
    };
  }
  if (NOT_VALID_NOW.has(code)) {
    return {
      reason: `the certificate of ${whose} is not valid now (${code})`,
      hint: "compare this machine's clock (date -u) with the dates of the certificate",
    };
  }
  if (code === OTHER_NAME) {
    return {
      reason: `the certificate of ${whose} is for another name`,
      hint: 'use the name that the certificate is for, or have one issued for this name',
    };
  }
  return undefined;
}

const PROXY_AUTHENTICATION_REQUIRED = 407;

/** A proxy that answers for itself (RFC 9110, sections 9.3.6 and 15.5.8). */
export function proxyFault(status: number, { host, proxy }: NetworkRoute): NetworkFault {
  const name = proxy === undefined ? 'the proxy' : `proxy "${proxy.address}" of ${proxy.variable}`;
  const variable = proxy?.variable ?? 'https_proxy';
  if (status !== PROXY_AUTHENTICATION_REQUIRED) {
    return {
      reason: `${name} answered ${status}`,
      hint: `ask whoever runs the proxy to let "${host}" through, or name the host in no_proxy if it needs none`,
    };
  }
  return proxy?.hasCredentials === true
    ? {
        reason: `${name} refuses the user name and password (407)`,
        hint: `correct them in ${variable}; characters such as @ : / # % are percent-encoded there`,
      }
    : {
        reason: `${name} wants a user name and password (407)`,
        hint: `add them to ${variable}, http://USER:PASSWORD@HOST:PORT, or name the host in no_proxy if it needs no proxy`,
      };
}
