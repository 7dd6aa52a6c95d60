import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository ingot came in: templates, keys, tool locks, and the catalog a new user starts with. */
export const OWN_FOLDER = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
