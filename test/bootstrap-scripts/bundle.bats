# install.sh itself: its arguments, the bundle, the background; and the exporter on the primary node.
load helper
load tree

setup() {
  make_stand_ins
  start_node
  make_downloads
  export PRESTOSCALE_WAIT_STEP=1 PRESTOSCALE_HEALTH_SECONDS=60 PRESTOSCALE_RUN_DIR=$WORK/run
}
teardown() { end_processes; }

install() { run "$SCRIPTS/install.sh" --wait 60 "$@"; }
jvm_lines() { cat "$CONF/jvm.config"; }

@test "the primary node: the exporter with its flags, no worker agent, no right to drain" {
  make_tree trino primary
  set_node engine '{"isCoordinator":true}'
  install --exporter-url "$EXPORTER_FILE" --exporter-option --host --exporter-option '0.0.0.0 x' --allow-drain
  after_install
  [[ $status == 0 && $(restarts prestoscale-exporter) == 1 && $(restarts prestoscale-worker-agent) == 0 ]]
  grep -qF -- "$LIB_ON_NODE/exporter.mjs --coordinator $ENGINE --host 0.0.0.0\\ x" "$R$LIB_ON_NODE/exporter.sh"
  [[ ! -e $CONF/access-control.properties ]]
  after_install
  [[ $(restarts prestoscale-exporter) == 1 ]]
}
LIB_ON_NODE=/usr/local/lib/prestoscale

@test "a worker: the exporter is neither fetched nor started" {
  make_tree trino worker
  install --exporter-url "$EXPORTER_FILE"
  after_install
  [[ $status == 0 && ! -e $R$LIB_ON_NODE/downloads/exporter.mjs && $(restarts prestoscale-exporter) == 0 ]]
}

@test "Amazon Linux 2, where Node cannot run: said why, and how to run the exporter elsewhere" {
  make_tree presto primary
  mkdir -p "$WORK/node-v20/bin"
  printf '#!/bin/sh\necho "node: GLIBC_2.28 not found" >&2\nexit 1\n' | tee "$WORK/bin/node" >"$WORK/node-v20/bin/node"
  printf '#!/bin/sh\necho glibc 2.26\n' >"$WORK/bin/getconf"
  chmod +x "$WORK"/bin/* "$WORK/node-v20/bin/node"
  tar -czf "$WORK/dl/node.tar.gz" -C "$WORK" node-v20
  install --exporter-url "$EXPORTER_FILE" --node-url "$(with_sum "$WORK/dl/node.tar.gz")"
  after_install
  [[ $status == 1 && $output == *'glibc 2.26, Node 20 needs glibc 2.28'* && $output == *'node exporter.mjs --coordinator http://'* ]]
  [[ $(restarts prestoscale-exporter) == 0 ]]
}

@test "a Node archive is given: unpacked and used" {
  make_tree presto primary
  mkdir -p "$WORK/node-v20/bin"
  printf '#!/bin/sh\necho v20.1.0\n' >"$WORK/node-v20/bin/node"
  chmod +x "$WORK/node-v20/bin/node"
  tar -czf "$WORK/dl/node.tar.gz" -C "$WORK" node-v20
  install --exporter-url "$EXPORTER_FILE" --node-url "$(with_sum "$WORK/dl/node.tar.gz")"
  after_install
  [[ $status == 0 ]]
  grep -q "^exec $LIB_ON_NODE/node/bin/node " "$R$LIB_ON_NODE/exporter.sh"
}

@test "--dry-run of both steps: tells all, changes nothing" {
  make_tree trino worker
  local hash
  hash=$(tree_hash)
  install --dry-run --udf-jar "$UDF" --jvm-option -Dx=1
  [[ $status == 0 && $output == *'would write /usr/local/lib/prestoscale/worker-agent.sh'* && $output == *'would fetch s3://'* ]]
  [[ $(tree_hash) == "$hash" && ! -e $WORK/systemctl.calls ]]
  install --jvm-option -Dx=1
  hash=$(tree_hash)
  after_install --dry-run
  [[ $output == *'would write /etc/trino/conf/jvm.config'* && $output == *'would run: systemctl restart trino-server.service'* ]]
  [[ $(tree_hash) == "$hash" && $(restarts trino-server) == 0 ]]
}

@test "wrong arguments: all told at once, nothing done; exit 0, with --strict 2" {
  make_tree trino worker
  local hash
  hash=$(tree_hash)
  install --engine spark --jmx-port 70000 --udf-jar s3://b/x.jar --nofile many --jvm-option 'a b' --set X=1 --grce 5 --jmx-config "$YAML" word
  [[ $status == 0 && $(tree_hash) == "$hash" ]]
  local part
  for part in "--engine is 'spark'" "--jmx-port is '70000'" 'what has no checksum is not run' "--nofile is 'many'" \
    "--jvm-option is 'a b'" "--set is 'X=1'" 'no argument --grce' 'belong to --agent-jar-url' "'word' is not an argument"; do
    [[ $output == *"$part"* ]] || { echo "not told: $part"; false; }
  done
  install --strict --engine spark
  [[ $status == 2 ]]
}

@test "without systemd: the background step runs in a session of its own" {
  make_tree presto worker
  touch "$WORK/no-systemd"
  "$SCRIPTS/install.sh" --wait 60 --jvm-option -Dx=1 3>&-
  wait_until grep -q 'done' "$R/var/log/prestoscale/bootstrap.log"
  [[ $(jvm_lines) == *-Dx=1 ]]
}

@test "EMR fetches install.sh alone: the rest comes from the bundle, whose checksum never changes by itself" {
  make_tree presto worker
  mkdir "$WORK/alone"
  cp "$SCRIPTS/install.sh" "$WORK/alone/bootstrap"
  local argument again
  argument=$("$SCRIPTS/bundle.sh" "$WORK/bundle.tar.gz")
  again=$(TZ=Asia/Tokyo "$SCRIPTS/bundle.sh" "$WORK/bundle.tar.gz")
  [[ $argument == "$again" ]]
  run "$WORK/alone/bootstrap" --bundle "${argument#--bundle }" --wait 60 --jvm-option -Dx=1
  [[ $status == 0 ]]
  after_install
  [[ $status == 0 && $(jvm_lines) == *-Dx=1 ]]
  run "$WORK/alone/bootstrap" --jvm-option -Dx=1
  [[ $status == 0 && $output == *'give --bundle'* ]]
  run "$WORK/alone/bootstrap" --strict --bundle "file://$WORK/bundle.tar.gz#$(printf x | sha256sum | cut -d ' ' -f 1)"
  [[ $status == 1 && $output == *'it is not used'* ]]
}
