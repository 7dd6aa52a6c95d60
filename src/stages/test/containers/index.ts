export { checkExitCode } from './entrypoint-checks.ts';
export {
  checkApp,
  checkArbitraryUser,
  checkHello,
  checkServer,
  checkServerAsAnyUser,
} from './example-checks.ts';
export type { ExampleSettings, ServerChecks } from './example-checks.ts';
export { openPortsIn, PORTS_PROGRAM, portsProgram } from './listening-ports.ts';
export { createContainerRunner } from './runner.ts';
export type { ContainerRunner, RunSettings } from './runner.ts';
export type { TestEngine } from './testcontainers.ts';
