/** Names that only the proxy of a test can resolve (RFC 6761, section 6.2). */
export const HOSTS = { mirror: 'mirror.test', registry: 'registry.test', npm: 'npm.test' } as const;

export type ClientResult =
  | { readonly kind: 'through'; readonly answer: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly hint: string };

/** What became of the requests of `clients.ts`. */
export type ClientResults = Readonly<Record<'https' | 'plain' | 'registry' | 'npm' | 'child', ClientResult>>;
