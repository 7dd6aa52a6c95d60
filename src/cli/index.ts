export type { Surroundings } from './surroundings.ts';
export { EXIT, exitCodeOfError } from './exit-code.ts';
export type { ExitCode } from './exit-code.ts';
export type { Factory, FactoryRequest, LocalServices, NightlyRequest, Openers } from './factory.ts';
export { openers } from './openers.ts';
export { runCli } from './run-cli.ts';
