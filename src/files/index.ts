export { makeFolder } from './make-folder.ts';
export { writeNew, writeWhole } from './write-file.ts';
export { writeNamed } from './write-named.ts';
