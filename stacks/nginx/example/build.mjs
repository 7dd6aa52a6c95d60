// Stands for a bundler.
import { cp } from 'node:fs/promises';

await cp('html', 'dist', { recursive: true });
