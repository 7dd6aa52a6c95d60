export { artifactPurl, debPurl } from './purl.ts';
export { sbom } from './sbom-stage.ts';
