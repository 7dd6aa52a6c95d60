export { copyPublished } from './copy-published.ts';
export { publishInputs } from './publish-inputs.ts';
export { publish } from './publish.ts';
