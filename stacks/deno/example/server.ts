import { serve } from './serve.ts';

serve('hello from deno\n');
