import { serve } from './serve.mjs';

serve('hello from node\n');
