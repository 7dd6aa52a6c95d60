# a program that ends when it is asked to
trap 'exit 0' TERM
echo ready
while :; do
  /example/usr/bin/busybox sleep 1 &
  wait $!
done
