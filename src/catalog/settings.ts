import type { Stack } from '../model/index.ts';
import { readCertificates } from './certificates.ts';
import type { FilledStack } from './layers.ts';

export const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/** Steps that write the bundle. */
export const BUNDLE_STEPS: readonly string[] = ['ca-certificates', 'own-certificates'];
const TRUSTSTORE_STEP = 'java-truststore';

/** What a stack says of certificates, time zone and locale, in the terms of a layer: links, packages, steps. */
export function withSettings(chain: readonly FilledStack[]): readonly FilledStack[] {
  return chain.reduce<readonly FilledStack[]>(
    (below, stack) => [...below, withCertificates(withLocale(withTimeZone(stack)), below)],
    [],
  );
}

/** glibc, Java and ICU all follow the link. */
function withTimeZone(stack: FilledStack): FilledStack {
  const zone = stack['time-zone'];
  return zone === undefined
    ? stack
    : { ...stack, links: { ...stack.links, '/etc/localtime': `/usr/share/zoneinfo/${zone}` } };
}

/** Debian's package has the sources of all locales; the step compiles this one and leaves the sources away. */
function withLocale(stack: FilledStack): FilledStack {
  if (stack.locale === undefined) {
    return stack;
  }
  return {
    ...stack,
    packages: [...stack.packages, 'locales'],
    exclude: [
      ...stack.exclude,
      { package: 'debconf', reason: 'asks which locales to make; the stack names the one' },
    ],
    steps: [...stack.steps, 'own-locale'],
    environment: { LANG: stack.locale, ...stack.environment },
  };
}

/**
 * The bundle of the layers below with the stack's own authorities. OpenSSL reads it by `SSL_CERT_FILE`, which all
 * images have; Node.js and Python's requests come with bundles of their own, and read it where these say so.
 */
function withCertificates(stack: FilledStack, below: readonly FilledStack[]): FilledStack {
  const bundled = below.findLast(({ steps }) => steps.some((step) => BUNDLE_STEPS.includes(step)));
  const certificates = toCertificates(stack, bundled?.name);
  if (certificates === undefined) {
    return stack;
  }
  const hasTruststore = below.some(({ steps }) => steps.includes(TRUSTSTORE_STEP));
  return {
    ...stack,
    authorities: certificates,
    reads: [...new Set([...stack.reads, certificates.below])],
    steps: [...stack.steps, 'own-certificates', ...(hasTruststore ? [TRUSTSTORE_STEP] : [])],
    environment: { NODE_EXTRA_CA_CERTS: BUNDLE, REQUESTS_CA_BUNDLE: BUNDLE, ...stack.environment },
  };
}

function toCertificates(
  { certificateTexts }: FilledStack,
  below: string | undefined,
): NonNullable<Stack['certificates']> | undefined {
  const added = certificateTexts.flatMap((text) => readCertificates(text).certificates);
  return added.length === 0 || below === undefined ? undefined : { below, added };
}
