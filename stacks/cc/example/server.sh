# serves a page, says so when it does, and ends when it is asked to
busybox=/example/usr/bin/busybox
$busybox httpd -f -p 8080 -h /example/www &
server=$!
trap 'kill $server; exit 0' TERM
until $busybox wget -q -O /dev/null http://127.0.0.1:8080/; do
  $busybox sleep 0.1
done
echo ready
wait $server
