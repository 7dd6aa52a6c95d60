import { findPackageJSON } from 'node:module';
import path from 'node:path';

/** The repository ingot came in: templates, keys, tool locks, and the catalog a new user starts with. */
export const OWN_FOLDER = path.dirname(findPackageJSON('..', import.meta.url) ?? '');

/** cosign asks for Sigstore's trusted root wherever it reads bundles; where a key is named, an empty one will do. */
export const EMPTY_TRUSTED_ROOT = path.join(OWN_FOLDER, 'data/empty-trusted-root.json');
