export { runStructureTest } from './run.ts';
export { parseStructureTest } from './schema.ts';
export type { ParsedStructureTest, StructureTest } from './schema.ts';
export type { CommandResult, CommandRun, StructureSubject } from './subject.ts';
