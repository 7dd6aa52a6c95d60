<?php

// sessions that have expired are cleaned up by chance, here for certain
touch('/tmp/sess_expired', 0);
ini_set('session.gc_divisor', '1');
session_start();

file_put_contents('php://stderr', "to the log\n");
header('Content-Type: text/plain');
echo "hello from php-fpm\n";
echo getenv('GREETING'), "\n";
echo 'OPcache is ', opcache_get_status(false)['opcache_enabled'] ? 'on' : 'off', "\n";
echo 'expired sessions left: ', count(glob('/tmp/sess_expired')), "\n";
