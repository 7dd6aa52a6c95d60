export { runStructureTest } from './run.ts';
export { parseStructureTest } from './parse.ts';
export type { ParsedStructureTest, StructureTestText } from './parse.ts';
export { toRunOptions } from './run-options.ts';
export type { RunOptions, RunSurroundings } from './run-options.ts';
export type { StructureTest } from './schema.ts';
export type { CommandResult, CommandRun, RunCommand, StructureSubject } from './subject.ts';
