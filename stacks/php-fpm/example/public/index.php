<?php

file_put_contents('php://stderr', "to the log\n");
header('Content-Type: text/plain');
echo "hello from php-fpm\n";
echo getenv('GREETING'), "\n";
echo 'OPcache is ', opcache_get_status(false)['opcache_enabled'] ? 'on' : 'off', "\n";
