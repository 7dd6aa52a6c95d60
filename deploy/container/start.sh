#!/bin/sh
# Makes of a container's own view of the kernel what a builder needs, and starts ingot. Without --privileged it changes
# nothing.
set -eu

# the kernel's emulators, which a new /proc does not show
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc 2>/dev/null || true

# cgroup v2, "no internal processes": a group that has processes cannot give controllers to groups below it. Only where
# the root that is seen is this container's own.
groups=/sys/fs/cgroup
if [ -w "$groups/cgroup.subtree_control" ] && [ "$(cat /proc/self/cgroup)" = '0::/' ]; then
  mkdir -p "$groups/init"
  for pid in $(cat "$groups/cgroup.procs"); do
    # gone meanwhile: the process that listed them
    echo "$pid" >"$groups/init/cgroup.procs" 2>/dev/null || true
  done
  for controller in $(cat "$groups/cgroup.controllers"); do
    echo "+$controller" >"$groups/cgroup.subtree_control"
  done
fi

exec /opt/ingot/bin/ingot "$@"
