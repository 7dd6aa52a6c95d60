export { vexDocument } from './openvex.ts';
export type { VexFacts } from './openvex.ts';
export { artifactPurl, debPurl } from './purl.ts';
export { sbom } from './sbom-stage.ts';
