<?php

require __DIR__ . '/serve.php';

serve(fn (string $path) => "hello from php\n");
