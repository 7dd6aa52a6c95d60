# java-jre
#
# Every build context is a folder of files whose digests were verified before the build started, and no
# step has a network. Each stack of the chain is one layer; its bytes depend on its own inputs alone.

FROM toolbox AS static
ARG STATIC_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-static,target=/packages <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# merged /usr, which Debian 12's own files do not assume
for folder in bin lib lib64 sbin; do
  mkdir --parents "/layer/usr/$folder"
  ln --symbolic "usr/$folder" "/layer/$folder"
done

# unpack the packages; everything belongs to root
status=/database
mkdir "$status"
shopt -s nullglob
for deb in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --directory=/layer --no-same-owner --preserve-permissions --keep-directory-symlink
  package=$(dpkg-deb --field "$deb" Package)
  dpkg-deb --info "$deb" control >"$status/$package"
  dpkg-deb --info "$deb" md5sums |
    sed 's,^\([0-9a-f]*  \)\(bin\|lib\|lib64\|sbin\)/,\1usr/\2/,' >"$status/$package.md5sums"
done

# the links stay in the layer of base-files, which owns the root's folders; only amd64 has a lib64
for folder in bin lib lib64 sbin; do
  if [ ! -e "$status/base-files" ] ||
    { [ "$folder" = lib64 ] && ! grep --quiet '^Architecture: amd64' "$status/base-files"; }; then
    rm "/layer/$folder"
    rmdir --ignore-fail-on-non-empty "/layer/usr/$folder"
  fi
done

# documentation, translations and caches are left out; copyright files and links to them stay
rm --recursive --force -- \
  /layer/usr/share/bug /layer/usr/share/doc-base /layer/usr/share/info /layer/usr/share/lintian \
  /layer/usr/share/locale /layer/usr/share/man /layer/var/cache/* /layer/var/lib/apt
if [ -d /layer/usr/share/doc ]; then
  find /layer/usr/share/doc -mindepth 2 ! -type d ! -regex '/layer/usr/share/doc/[^/]*/copyright' -delete
  find /layer/usr/share/doc -depth -type d -empty -delete
fi

# and so is what only a host with logins and services, a desktop, a compiler or a debugger uses
rm --recursive --force -- \
  /layer/etc/cron.* /layer/etc/default /layer/etc/init.d /layer/etc/logrotate.d /layer/etc/profile.d \
  /layer/etc/skel /layer/etc/update-motd.d /layer/usr/lib/binfmt.d /layer/usr/lib/systemd \
  /layer/usr/lib/sysusers.d /layer/usr/lib/tmpfiles.d /layer/usr/lib/udev /layer/usr/share/binfmts \
  /layer/usr/share/applications /layer/usr/share/bash-completion /layer/usr/share/pixmaps \
  /layer/usr/include /layer/usr/lib/*/*.a /layer/usr/lib/*/pkgconfig /layer/usr/share/gcc \
  /layer/usr/share/gdb /layer/usr/share/pkgconfig

# left out by rule of the stack "static"
rm --recursive --force -- \
  /layer/boot \
  /layer/etc/ca-certificates \
  /layer/etc/dpkg \
  /layer/etc/issue* \
  /layer/usr/games \
  /layer/usr/sbin/update-ca-certificates \
  /layer/usr/share/base-files \
  /layer/usr/share/dict \
  /layer/usr/share/misc \
  /layer/usr/src \
  /layer/var/backups \
  /layer/var/lib/misc \
  /layer/var/local \
  /layer/var/lock \
  /layer/var/run \
  /layer/var/spool

# links that a maintainer script or another package would make
mkdir --parents /layer/etc
ln --symbolic --force --no-dereference -- /usr/share/zoneinfo/Etc/UTC /layer/etc/localtime
mkdir --parents /layer/var
ln --symbolic --force --no-dereference -- /run /layer/var/run

# one bundle of every certificate authority the package ships, in a fixed order
mkdir --parents /layer/etc/ssl/certs
find /layer/usr/share/ca-certificates -name '*.crt' -print0 | LC_ALL=C sort --zero-terminated |
  xargs --null cat >/layer/etc/ssl/certs/ca-certificates.crt
rm --recursive /layer/usr/share/ca-certificates

# what libc6's maintainer script would write: names from files first, then DNS
cat >/layer/etc/nsswitch.conf <<"NSSWITCH"
passwd: files
group: files
shadow: files
hosts: files dns
networks: files
protocols: files
services: files
NSSWITCH

# md5sums name the files that are here, so that a check of the package database holds
for sums in "$status"/*.md5sums; do
  while read -r sum path; do
    if [ -e "/layer/$path" ]; then printf '%s  %s\n' "$sum" "$path"; fi
  done <"$sums" >/tmp/md5sums
  mv /tmp/md5sums "$sums"
done

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$STATIC_EPOCH" \) -exec touch --no-dereference --date="@$STATIC_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$STATIC_EPOCH"
EOF

FROM toolbox AS glibc
ARG GLIBC_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-glibc,target=/packages <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# merged /usr, which Debian 12's own files do not assume
for folder in bin lib lib64 sbin; do
  mkdir --parents "/layer/usr/$folder"
  ln --symbolic "usr/$folder" "/layer/$folder"
done

# unpack the packages; everything belongs to root
status=/database
mkdir "$status"
shopt -s nullglob
for deb in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --directory=/layer --no-same-owner --preserve-permissions --keep-directory-symlink
  package=$(dpkg-deb --field "$deb" Package)
  dpkg-deb --info "$deb" control >"$status/$package"
  dpkg-deb --info "$deb" md5sums |
    sed 's,^\([0-9a-f]*  \)\(bin\|lib\|lib64\|sbin\)/,\1usr/\2/,' >"$status/$package.md5sums"
done

# the links stay in the layer of base-files, which owns the root's folders; only amd64 has a lib64
for folder in bin lib lib64 sbin; do
  if [ ! -e "$status/base-files" ] ||
    { [ "$folder" = lib64 ] && ! grep --quiet '^Architecture: amd64' "$status/base-files"; }; then
    rm "/layer/$folder"
    rmdir --ignore-fail-on-non-empty "/layer/usr/$folder"
  fi
done

# documentation, translations and caches are left out; copyright files and links to them stay
rm --recursive --force -- \
  /layer/usr/share/bug /layer/usr/share/doc-base /layer/usr/share/info /layer/usr/share/lintian \
  /layer/usr/share/locale /layer/usr/share/man /layer/var/cache/* /layer/var/lib/apt
if [ -d /layer/usr/share/doc ]; then
  find /layer/usr/share/doc -mindepth 2 ! -type d ! -regex '/layer/usr/share/doc/[^/]*/copyright' -delete
  find /layer/usr/share/doc -depth -type d -empty -delete
fi

# and so is what only a host with logins and services, a desktop, a compiler or a debugger uses
rm --recursive --force -- \
  /layer/etc/cron.* /layer/etc/default /layer/etc/init.d /layer/etc/logrotate.d /layer/etc/profile.d \
  /layer/etc/skel /layer/etc/update-motd.d /layer/usr/lib/binfmt.d /layer/usr/lib/systemd \
  /layer/usr/lib/sysusers.d /layer/usr/lib/tmpfiles.d /layer/usr/lib/udev /layer/usr/share/binfmts \
  /layer/usr/share/applications /layer/usr/share/bash-completion /layer/usr/share/pixmaps \
  /layer/usr/include /layer/usr/lib/*/*.a /layer/usr/lib/*/pkgconfig /layer/usr/share/gcc \
  /layer/usr/share/gdb /layer/usr/share/pkgconfig

# left out by rule of the stack "glibc"
rm --recursive --force -- \
  /layer/etc/ld.so.conf* \
  /layer/usr/bin \
  /layer/usr/sbin \
  /layer/usr/lib/*/libBrokenLocale.so.1 \
  /layer/usr/lib/*/libc_malloc_debug.so.0 \
  /layer/usr/lib/*/libmemusage.so \
  /layer/usr/lib/*/libnss_compat.so.2 \
  /layer/usr/lib/*/libnss_hesiod.so.2 \
  /layer/usr/lib/*/libpcprofile.so \
  /layer/usr/lib/*/libthread_db.so.1 \
  /layer/usr/share/libc-bin

# iconv(3) converts the character sets of glibc's own short list; the two hundred of its long one are left out
for folder in /layer/usr/lib/*/gconv; do
  rm --recursive --force -- "$folder/gconv-modules.cache" "$folder/gconv-modules.d"
  for module in "$folder"/*.so; do
    name=$(basename "$module" .so)
    grep --quiet "^module.*[[:space:]]${name}[[:space:]]" "$folder/gconv-modules" || rm -- "$module"
  done
done

# md5sums name the files that are here, so that a check of the package database holds
for sums in "$status"/*.md5sums; do
  while read -r sum path; do
    if [ -e "/layer/$path" ]; then printf '%s  %s\n' "$sum" "$path"; fi
  done <"$sums" >/tmp/md5sums
  mv /tmp/md5sums "$sums"
done

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$GLIBC_EPOCH" \) -exec touch --no-dereference --date="@$GLIBC_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$GLIBC_EPOCH"
EOF

FROM toolbox AS java-jre
ARG JAVA_JRE_EPOCH
ARG STATIC_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-java-jre,target=/packages \
    --mount=type=bind,from=files-java-jre,target=/files \
    --mount=type=bind,from=static,source=/layers/$STATIC_EPOCH,target=/below/static <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# merged /usr, which Debian 12's own files do not assume
for folder in bin lib lib64 sbin; do
  mkdir --parents "/layer/usr/$folder"
  ln --symbolic "usr/$folder" "/layer/$folder"
done

# unpack the packages; everything belongs to root
status=/database
mkdir "$status"
shopt -s nullglob
for deb in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --directory=/layer --no-same-owner --preserve-permissions --keep-directory-symlink
  package=$(dpkg-deb --field "$deb" Package)
  dpkg-deb --info "$deb" control >"$status/$package"
  dpkg-deb --info "$deb" md5sums |
    sed 's,^\([0-9a-f]*  \)\(bin\|lib\|lib64\|sbin\)/,\1usr/\2/,' >"$status/$package.md5sums"
done

# the links stay in the layer of base-files, which owns the root's folders; only amd64 has a lib64
for folder in bin lib lib64 sbin; do
  if [ ! -e "$status/base-files" ] ||
    { [ "$folder" = lib64 ] && ! grep --quiet '^Architecture: amd64' "$status/base-files"; }; then
    rm "/layer/$folder"
    rmdir --ignore-fail-on-non-empty "/layer/usr/$folder"
  fi
done

# documentation, translations and caches are left out; copyright files and links to them stay
rm --recursive --force -- \
  /layer/usr/share/bug /layer/usr/share/doc-base /layer/usr/share/info /layer/usr/share/lintian \
  /layer/usr/share/locale /layer/usr/share/man /layer/var/cache/* /layer/var/lib/apt
if [ -d /layer/usr/share/doc ]; then
  find /layer/usr/share/doc -mindepth 2 ! -type d ! -regex '/layer/usr/share/doc/[^/]*/copyright' -delete
  find /layer/usr/share/doc -depth -type d -empty -delete
fi

# and so is what only a host with logins and services, a desktop, a compiler or a debugger uses
rm --recursive --force -- \
  /layer/etc/cron.* /layer/etc/default /layer/etc/init.d /layer/etc/logrotate.d /layer/etc/profile.d \
  /layer/etc/skel /layer/etc/update-motd.d /layer/usr/lib/binfmt.d /layer/usr/lib/systemd \
  /layer/usr/lib/sysusers.d /layer/usr/lib/tmpfiles.d /layer/usr/lib/udev /layer/usr/share/binfmts \
  /layer/usr/share/applications /layer/usr/share/bash-completion /layer/usr/share/pixmaps \
  /layer/usr/include /layer/usr/lib/*/*.a /layer/usr/lib/*/pkgconfig /layer/usr/share/gcc \
  /layer/usr/share/gdb /layer/usr/share/pkgconfig

# left out by rule of the stack "java-jre"
rm --recursive --force -- \
  /layer/etc/java-17-openjdk/security/nss.cfg \
  /layer/usr/bin/tini-static \
  /layer/usr/lib/debug \
  /layer/usr/lib/jvm/*/bin/jpackage \
  /layer/usr/lib/jvm/*/conf/security/nss.cfg \
  /layer/usr/lib/jvm/*/lib/jar.binfmt \
  /layer/usr/lib/jvm/*/lib/jexec \
  /layer/usr/lib/jvm/*/lib/libjsound.so \
  /layer/usr/lib/jvm/*/man \
  /layer/usr/lib/jvm/.java-*.jinfo

# files of the stack itself
cp --recursive --no-preserve=ownership,timestamps /files/. /layer/

# one JAVA_HOME on every architecture
home=$(compgen -G '/layer/usr/lib/jvm/java-17-openjdk-*')
ln --symbolic -- "$(basename "$home")" /layer/usr/lib/jvm/java-17-openjdk

# what Debian's alternatives would link
mkdir --parents /layer/usr/bin
for program in /layer/usr/lib/jvm/java-17-openjdk-*/bin/*; do
  name=$(basename "$program")
  ln --symbolic "../lib/jvm/java-17-openjdk/bin/$name" "/layer/usr/bin/$name"
done

# the bundle of this layer, or of the one it reads, as a Java keystore (JKS), which ca-certificates-java would
# make with a JVM
mkdir --parents /layer/etc/ssl/certs/java
bundle=/layer/etc/ssl/certs/ca-certificates.crt
if [ ! -e "$bundle" ]; then bundle=/below/static/etc/ssl/certs/ca-certificates.crt; fi
"$(compgen -G '/usr/bin/python3.[0-9]*')" - "$bundle" \
  >/layer/etc/ssl/certs/java/cacerts <<"PYTHON"
import hashlib, re, ssl, struct, sys

# what every tool expects; it keeps nothing secret
PASSWORD = "changeit"
MAGIC, VERSION, TRUSTED = 0xFEEDFEED, 2, 2


def text(value):
    return struct.pack(">H", len(value.encode())) + value.encode()


def entry(names, der):
    fields = dict(part for (part, *_) in names["subject"])
    known = [fields[key] for key in ("commonName", "organizationalUnitName", "organizationName") if key in fields]
    # Java's own UTF-8 has other bytes for what is beyond 16 bits
    name = re.sub("[^\u0001-\uffff]", "?", next(iter(known), "unnamed"))
    alias = f"{name} {hashlib.sha256(der).hexdigest()[:8]}".lower()
    # an entry needs a date; the certificate's own makes the bytes depend on nothing else
    date = ssl.cert_time_to_seconds(names["notBefore"]) * 1000
    content = struct.pack(">q", date) + text("X.509") + struct.pack(">I", len(der)) + der
    return struct.pack(">I", TRUSTED) + text(alias) + content


with open(sys.argv[1]) as file:
    pems = re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", file.read(), re.DOTALL)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.load_verify_locations(sys.argv[1])
ders = context.get_ca_certs(binary_form=True)
for other in set(map(ssl.PEM_cert_to_DER_cert, pems)) - set(ders):
    digest = hashlib.sha256(other).hexdigest()
    sys.exit(f"java-truststore: expected certificate authorities, got one of none, with the SHA-256 {digest}")
entries = sorted(map(entry, context.get_ca_certs(), ders))
store = struct.pack(">III", MAGIC, VERSION, len(entries)) + b"".join(entries)
digest = hashlib.sha1(PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + store).digest()
sys.stdout.buffer.write(store + digest)
PYTHON

# md5sums name the files that are here, so that a check of the package database holds
for sums in "$status"/*.md5sums; do
  while read -r sum path; do
    if [ -e "/layer/$path" ]; then printf '%s  %s\n' "$sum" "$path"; fi
  done <"$sums" >/tmp/md5sums
  mv /tmp/md5sums "$sums"
done

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$JAVA_JRE_EPOCH" \) -exec touch --no-dereference --date="@$JAVA_JRE_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$JAVA_JRE_EPOCH"
EOF

FROM toolbox AS image
ARG IMAGE_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=static,source=/database,target=/databases/static \
    --mount=type=bind,from=glibc,source=/database,target=/databases/glibc \
    --mount=type=bind,from=java-jre,source=/database,target=/databases/java-jre <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# accounts; no one has a shell or a password
mkdir --parents /layer/etc
cat >/layer/etc/passwd <<"PASSWD"
root:x:0:0:root:/root:/usr/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/usr/sbin/nologin
PASSWD
cat >/layer/etc/group <<"GROUP"
root:x:0:
nonroot:x:65532:
GROUP
install --directory --mode=0700 --owner=0 --group=0 /layer/root
install --directory --mode=0700 --owner=65532 --group=65532 /layer/home/nonroot

# the package database, from which scanners know what is in the image
mkdir --parents /layer/var/lib/dpkg/status.d
cp --no-preserve=all /databases/*/* /layer/var/lib/dpkg/status.d/

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$IMAGE_EPOCH" \) -exec touch --no-dereference --date="@$IMAGE_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$IMAGE_EPOCH"
EOF

# Layers from the most shared to the least.
FROM scratch
ARG STATIC_EPOCH
ARG GLIBC_EPOCH
ARG JAVA_JRE_EPOCH
ARG IMAGE_EPOCH
LABEL org.opencontainers.image.title="java-jre"
LABEL org.opencontainers.image.description="OpenJDK to run Java programs, with fonts for images and documents"
LABEL org.opencontainers.image.version="1.2.3"
LABEL org.opencontainers.image.vendor="ingot"
LABEL org.opencontainers.image.source="https://github.com/ingot-factory/ingot"
ENV PATH="/usr/local/bin:/usr/bin"
ENV SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt"
ENV LANG="C.UTF-8"
ENV JAVA_HOME="/usr/lib/jvm/java-17-openjdk"
ENV JAVA_VERSION="1.2.3"
COPY --link --from=static /layers/$STATIC_EPOCH/ /
COPY --link --from=glibc /layers/$GLIBC_EPOCH/ /
COPY --link --from=java-jre /layers/$JAVA_JRE_EPOCH/ /
COPY --link --from=image /layers/$IMAGE_EPOCH/ /
USER 65532:65532
WORKDIR /home/nonroot
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/tini","--","/usr/bin/java"]
