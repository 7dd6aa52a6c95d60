export { createNodejsSource } from './nodejs-source.ts';
export type { NodejsSource, NodejsSourceDeps } from './nodejs-source.ts';
export { createNodejsWitness } from './witness.ts';
export type { NodejsWitness } from './witness.ts';
