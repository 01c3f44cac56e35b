# shellcheck shell=bash
# shellcheck disable=SC2154 # BATS_* and helper.bash give the rest
# shellcheck disable=SC2034 # the tests use what is set here
# A file tree like that of an EMR node, and what install.sh downloads.

JAR_BASE64=UEsDBBQAAAAAAAAAIQBDvrfoAQAAAAEAAAABAAAAYWFQSwECFAMUAAAAAAAAACEAQ7636AEAAAABAAAAAQAAAAAAAAAAAAAAgAEAAAAAYVBLBQYAAAAAAQABAC8AAAAgAAAAAAA=

# make_tree ENGINE primary|worker: as EMR 6 and 7 leave it; the engine listens where the fake node does.
make_tree() {
  local engine=$1 primary=false
  [[ $2 != primary ]] || primary=true
  export PRESTOSCALE_ROOT=$WORK/root
  R=$PRESTOSCALE_ROOT CONF=$R/etc/$engine/conf
  mkdir -p "$CONF/catalog" "$R/usr/lib/$engine/plugin/tpch" "$R/etc/systemd/system" "$R/mnt/var/lib/info"
  ln -s "../../../etc/$engine/conf" "$R/usr/lib/$engine/etc"
  printf '{"isMaster": %s, "isRunningNameNode": false}\n' "$primary" >"$R/mnt/var/lib/info/instance.json"
  printf 'coordinator=%s\nhttp-server.http.port=%s\ndiscovery.uri=http://ip-10-0-0-1:8889\n' \
    "$primary" "${ENGINE##*:}" >"$CONF/config.properties"
  printf '%s\n' -server -Xmx21G -XX:+UseG1GC -XX:G1HeapRegionSize=32M '-XX:OnOutOfMemoryError=kill -9 %p' \
    '# a comment' -Djdk.attach.allowAttachSelf=true >"$CONF/jvm.config"
  printf '[Service]\nExecStart=/usr/bin/true\n' >"$R/etc/systemd/system/$engine-server.service"
}

# Addresses with checksums: JAR, YAML, UDF, EXPORTER_FILE.
make_downloads() {
  mkdir -p "$WORK/dl" "$WORK/s3/bucket"
  base64 -d <<<"$JAR_BASE64" >"$WORK/dl/jmx.jar"
  printf 'rules: []\n' >"$WORK/dl/jmx.yaml"
  { base64 -d <<<"$JAR_BASE64"; } >"$WORK/s3/bucket/my-udf.jar"
  printf 'console.log(process.argv.slice(2).join(" "));\n' >"$WORK/dl/exporter.mjs"
  JAR=$(with_sum "$WORK/dl/jmx.jar")
  YAML=$(with_sum "$WORK/dl/jmx.yaml")
  EXPORTER_FILE=$(with_sum "$WORK/dl/exporter.mjs")
  UDF=s3://bucket/my-udf.jar#$(sum_of "$WORK/s3/bucket/my-udf.jar")
}

sum_of() { sha256sum "$1" | cut -d ' ' -f 1; }
with_sum() { printf 'file://%s#%s' "$1" "$(sum_of "$1")"; }

# The whole tree in one word: names, modes, contents; the log apart, which grows.
tree_hash() {
  (cd "$R" && find . -path ./var/log -prune -o \( -type f -printf '%p %m ' -exec sha256sum {} \; \) | sort | sha256sum)
}

# As systemd runs it.
after_install() { run "$R/usr/local/lib/prestoscale/after-install.sh" "$@"; }
restarts() { grep -c "^restart $1" "$WORK/systemctl.calls" || true; }
bootstrap_log() { cat "$R/var/log/prestoscale/bootstrap.log"; }

# A port that something listens on.
a_busy_port() { printf '%s' "${CONTROL##*:}"; }
