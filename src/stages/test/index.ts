export { PORTS_PROGRAM, portsProgram } from './containers/index.ts';
export type { TestEngine } from './containers/index.ts';
export { readOwnTests } from './own-tests.ts';
export type { OwnTest, WrittenStructureTest } from './own-tests.ts';
export { test } from './test-stage.ts';
export type { TestDeps } from './test-stage.ts';
