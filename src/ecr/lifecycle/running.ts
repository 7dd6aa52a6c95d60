import type { Sha256 } from '../../model/index.ts';

/** An image that runs somewhere, by digest: a tag says nothing of what runs. */
export interface RunningImage {
  readonly digest: Sha256;
  /** `registry.example.com/shop/cart`; absent where only the digest is known. */
  readonly repository?: string;
  /** `production/shop/cart-7d4b9 (cart)`, `in-use.txt:3` */
  readonly where: string;
}

/** What the manifest of a running image says of what it was built on; of an index, each of its platforms. */
export interface Ancestry {
  readonly digest: Sha256;
  /** Of layers as pushed, from the lowest. */
  readonly layers: readonly Sha256[];
  /** Annotation `org.opencontainers.image.base.digest`. */
  readonly base?: Sha256;
}
