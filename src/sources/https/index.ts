export { createHttpsSource } from './https-source.ts';
export type { HttpsSource, HttpsSourceDeps } from './https-source.ts';
