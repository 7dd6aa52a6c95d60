export { sbom } from './sbom-stage.ts';
