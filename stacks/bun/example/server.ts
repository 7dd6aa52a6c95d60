import { serve } from './serve.ts';

serve('hello from bun\n');
