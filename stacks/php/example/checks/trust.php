<?php

// OpenSSL trusts the certificates of the bundle without being told where it is.

preg_match_all('/-----BEGIN.+?END CERTIFICATE-----/s', file_get_contents('/etc/ssl/certs/ca-certificates.crt'), $all);
$trusted = array_filter($all[0], fn (string $pem) => openssl_x509_checkpurpose($pem, X509_PURPOSE_ANY) === true);
echo count($trusted) > 100 ? 'trusted' : 'not trusted', "\n";
