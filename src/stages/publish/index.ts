export { publishInputs } from './publish-inputs.ts';
export { publish } from './publish.ts';
