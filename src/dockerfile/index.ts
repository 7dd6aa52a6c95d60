export { baseOf, baseUses, isOnDockerHub, mountOption, parseImage } from './base.ts';
export type { Base, BaseUse, ImageBase } from './base.ts';
export { instructionsOf, parseDockerfile } from './dockerfile.ts';
export type { BuildStage, Dockerfile, Instruction } from './dockerfile.ts';
export { wordsOf } from './lines.ts';
export type { Comment } from './lines.ts';
export { declarationsOf, expand, stageVariables } from './variables.ts';
export type { Expanded } from './variables.ts';
